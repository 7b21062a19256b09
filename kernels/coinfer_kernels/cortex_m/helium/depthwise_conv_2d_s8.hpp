// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <cstring>

#include "coinfer/compiler.hpp"
#include "coinfer/layouts/helium.hpp"
#include "coinfer/ops/depthwise_conv_2d.hpp"
#include "coinfer/rows.hpp"
#include "coinfer_kernels/cortex_m/helium/conv_2d_s8.hpp"
#include "coinfer_kernels/cortex_m/helium/depthwise_lines.hpp"
#include "coinfer_kernels/reference/depthwise_conv_2d_s8.hpp"

COINFER_CODE_BEGIN
namespace coinfer::kernels::helium {

// One axis of a depthwise stage.
struct DepthwiseAxis {
  std::int32_t in;
  std::int32_t out;
  std::int32_t taps;
  std::int32_t stride;
  std::int32_t pad;
};

constexpr DepthwiseAxis depthwise_axis(const DepthwiseConv2d& p, bool rows) {
  const Window& w = p.window;
  return rows ? DepthwiseAxis{p.in.height, p.out.height, (w.height - 1) * w.dilation_height + 1,
                              w.stride_height, w.pad_top}
              : DepthwiseAxis{p.in.width, p.out.width, (w.width - 1) * w.dilation_width + 1, w.stride_width,
                              w.pad_left};
}

// Lines of the input that lines of the output after the first one add.
constexpr std::int32_t fresh_lines(const DepthwiseAxis& cross) {
  return cross.stride < cross.taps ? cross.stride : cross.taps;
}
constexpr std::int32_t copied_lines(const DepthwiseAxis& cross, std::int32_t lines) {
  return cross.taps + (lines - 1) * fresh_lines(cross);
}

// The bytes of the columns of DepthwiseLines for `lines` lines of `outputs` outputs: a place before the first
// input, and what vectors read beyond the last window.
constexpr std::int32_t column_bytes(const DepthwiseAxis& along, const DepthwiseAxis& cross,
                                    std::int32_t outputs, std::int32_t lines) {
  const std::int32_t windows = (layout::Helium::filled_up(outputs, 4) - 1) * along.stride * cross.taps;
  return cross.taps + windows + layout::Helium::filled_up(along.taps * cross.taps, layout::Helium::vector) +
         copied_lines(cross, lines);
}

constexpr std::int32_t depthwise_conv_2d_scratch_bytes(const DepthwiseConv2d& p) {
  if (p.is_convolution()) return conv_2d_scratch_bytes(p.as_convolution());
  const bool columns = layout::Helium::lines(p).columns;
  const DepthwiseAxis along = depthwise_axis(p, columns);
  const DepthwiseAxis cross = depthwise_axis(p, !columns);
  const std::int32_t places = copied_lines(cross, cross.out) + cross.out;
  return places * static_cast<std::int32_t>(sizeof(std::int32_t)) +
         column_bytes(along, cross, along.out, cross.out);
}

// A channel after the other, so that the output may lie exactly where the input did, but not overlap it in
// any other way.
template <class Rounding, ScalingRule rule>
[[gnu::noinline]] void depthwise_by_lines(const DepthwiseConv2d& p, const PackedWeights<layout::Helium>& w,
                                          Rows<const std::int8_t> in, Rows<std::int8_t> out, RowRange rows,
                                          Scratch scratch) {
  const layout::Helium::Lines layout_lines = layout::Helium::lines(p);
  const bool columns = layout_lines.columns;
  const DepthwiseAxis along = depthwise_axis(p, columns);
  const DepthwiseAxis cross = depthwise_axis(p, !columns);
  const RowRange outputs = columns ? rows : RowRange{0, p.out.width};
  const RowRange lines = columns ? RowRange{0, p.out.width} : rows;
  const std::int8_t* const in_base = columns ? in.row(p.input_rows(rows).begin) : in.base;
  std::int8_t* const out_base = columns ? out.row(rows.begin) : out.base;

  // where the lines are
  auto* const places = static_cast<std::int32_t*>(scratch.base);
  std::int32_t* place = places;
  std::int32_t next = lines.begin * cross.stride - cross.pad;
  for (std::int32_t line = lines.begin; line < lines.end; ++line) {
    const std::int32_t top = line * cross.stride - cross.pad;
    if (next < top) next = top;
    for (; next < top + cross.taps; ++next) {
      if (next < 0 || next >= cross.in) {
        *place++ = -1;
      } else {
        *place++ = columns ? next * p.in.channels : static_cast<std::int32_t>(in.row(next) - in_base);
      }
    }
    *place++ = columns ? line * p.out.channels : static_cast<std::int32_t>(out.row(line) - out_base);
  }

  // the inputs along a line, as far as they are inside
  const std::int32_t start = outputs.begin * along.stride - along.pad;
  const std::int32_t needed = (outputs.count() - 1) * along.stride + along.taps;
  const std::int32_t begin = start < 0 ? 0 : start;
  const std::int32_t end = start + needed < along.in ? start + needed : along.in;
  if (end <= begin) {  // all windows lie in the padding
    reference::depthwise_conv_2d_s8<Rounding>(p, w, in, out, rows, scratch);
    return;
  }
  const std::int32_t in_step = columns ? in.stride : p.in.channels;
  const std::int32_t out_step = columns ? out.stride : p.out.channels;
  const std::int32_t pitch = cross.taps;
  auto* const memory = reinterpret_cast<std::int8_t*>(place);
  std::memset(memory, p.in_zero_point,
              static_cast<std::size_t>(column_bytes(along, cross, outputs.count(), lines.count())));
  std::int8_t* const first = memory + pitch;  // of the first window

  DepthwiseLines l{};
  l.places = places;
  l.columns = first + (begin - start - 1) * pitch;
  l.in_advance = 8 * in_step;
  l.columns_advance = 8 * pitch;
  l.inputs = end - begin;
  l.cross_taps = cross.taps;
  l.out_zero_point = p.out_zero_point;
  l.out_advance = 4 * out_step;
  l.windows = first - pitch;
  l.quads = outputs.count() / 4;
  l.rest = outputs.count() % 4;
  l.fresh = fresh_lines(cross);
  l.lowest = p.clamp.min;
  l.highest = p.clamp.max;
  l.in_zero_point = p.in_zero_point;
  l.window_step = along.stride * pitch;
  const std::int32_t filter_bytes = layout_lines.filter_bytes();
  l.quad_step = 4 * l.window_step - filter_bytes;
  l.more_vectors = filter_bytes / layout::Helium::vector - 1;
  l.padding = first + (end - start) * pitch;
  l.padding_bytes =
      end - start < needed ? (needed - (end - start)) * pitch + copied_lines(cross, lines.count()) : 0;
  for (std::int32_t i = 0; i < 8; ++i) {
    l.in_places[i] = static_cast<std::uint16_t>(i * in_step);
    l.column_places[i] = static_cast<std::uint16_t>(i * pitch);
  }
  for (std::int32_t i = 0; i < 4; ++i) l.out_places[i] = static_cast<std::uint32_t>(i * out_step);

  const std::int32_t multiplier = p.depth_multiplier();
  std::int32_t m = 0;
  for (std::int32_t c = 0; c < p.in.channels; ++c) {
    l.in = in_base + c;
    for (const std::int32_t last = m + multiplier; m < last; ++m) {
      const ChannelRecord& channel = w.channels[m];
      l.out = out_base + m;
      l.filter = w.filter + m * filter_bytes;
      l.bias = channel.bias;
      l.multiplier = channel.multiplier;
      l.shift = channel.shift;
      l.lines = lines.count();
      if (!w.narrow) {
        depthwise_lines_plain<Rounding>(l);
      } else if (l.more_vectors == 0 && l.window_step == 3) {
        depthwise_lines<rule, 3>(l);
      } else if (l.more_vectors == 0 && l.window_step == 6) {
        depthwise_lines<rule, 6>(l);
      } else {
        depthwise_lines<rule>(l);
      }
    }
  }
}

template <class Rounding, ScalingRule rule>
void depthwise_conv_2d_s8(const DepthwiseConv2d& p, const PackedWeights<layout::Helium>& w,
                          Rows<const std::int8_t> in, Rows<std::int8_t> out, RowRange rows, Scratch scratch) {
  if (p.is_convolution()) {
    conv_2d_s8<Rounding, rule>(p.as_convolution(), w, in, out, rows, scratch);
    return;
  }
  // Places of eight neighbours have 16 bits, and columns of a ring of rows are not evenly spaced.
  const bool columns = layout::Helium::lines(p).columns;
  if (7 * (columns ? in.stride : p.in.channels) >= 65536 || (columns && (in.ring > 0 || out.ring > 0))) {
    reference::depthwise_conv_2d_s8<Rounding>(p, w, in, out, rows, scratch);
  } else if (p.depth_multiplier() == 1) {
    depthwise_by_lines<Rounding, rule>(p, w, in, out, rows, scratch);
  } else {
    // A larger output may overlap the input as that of any other stage.
    for (std::int32_t y = rows.begin; y < rows.end; ++y) {
      depthwise_by_lines<Rounding, rule>(p, w, in, out, {y, y + 1}, scratch);
    }
  }
}

}  // namespace coinfer::kernels::helium
COINFER_CODE_END
