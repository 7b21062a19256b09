// SPDX-License-Identifier: Apache-2.0
// Operators that take elements or move them.
#include "cases.hpp"

namespace oracle {
namespace {

namespace schema = tiny::schema;

struct Io {
  ModelBuilder model;
  Shape shape;  // of the input
  Quantized q;
  std::int32_t input = 0;

  std::int32_t output(const char* name, const Shape& of) { return activation(model, name, of, q); }
};

Io io(const Shape& shape, Random& random) {
  Io made;
  made.shape = shape;
  made.q = random_quantization(random);
  made.input = activation(made.model, "in", shape, made.q);
  return made;
}

// An axis other than the batch.
std::size_t random_axis(const Shape& shape, Random& random) {
  return static_cast<std::size_t>(random.between(1, static_cast<std::int32_t>(shape.size()) - 1));
}

std::int32_t signed_axis(std::size_t axis, const Shape& shape, Random& random) {
  const auto index = static_cast<std::int32_t>(axis);
  return random.one_in(2) ? index : index - static_cast<std::int32_t>(shape.size());
}

ModelBuilder strided_slice(Random& random) {
  Io m = io(random_shape(random), random);
  Shape out;
  Shape begin;
  Shape end;
  Shape stride;
  schema::StridedSliceOptionsT options;
  for (std::size_t axis = 0; axis < m.shape.size(); ++axis) {
    const std::int32_t size = m.shape[axis];
    const std::int32_t first = random.between(0, size - 1);
    const bool backwards = random.one_in(3);
    const std::int32_t step = random.between(1, 3);
    const std::int32_t room = backwards ? first + 1 : size - first;
    const bool drop = axis > 0 && axis + 2 == m.shape.size() && random.one_in(4);
    begin.push_back(random.one_in(3) ? first - size : first);
    stride.push_back(drop ? 1 : (backwards ? -step : step));
    if (random.one_in(2) && !drop) {
      options.end_mask |= 1 << axis;
      end.push_back(0);
      out.push_back((room + step - 1) / step);
    } else {
      const std::int32_t count = drop ? 1 : random.between(1, (room + step - 1) / step);
      end.push_back(backwards && !drop ? first - (count - 1) * step - 1 : first + (count - 1) * step + 1);
      if (end.back() < 0) end.back() -= size;  // before the first element
      if (!drop) out.push_back(count);
    }
    if (drop) options.shrink_axis_mask |= 1 << axis;
  }
  const auto result = m.output("out", out);
  m.model.op(Code::STRIDED_SLICE,
             {m.input, m.model.integers("begin", begin), m.model.integers("end", end),
              m.model.integers("strides", stride)},
             result, options);
  m.model.ends({m.input}, {result});
  return std::move(m.model);
}

ModelBuilder slice(Random& random) {
  Io m = io(random_shape(random), random);
  Shape begin;
  Shape size;
  Shape out;
  for (const std::int32_t extent : m.shape) {
    begin.push_back(random.between(0, extent - 1));
    out.push_back(random.between(1, extent - begin.back()));
    size.push_back(out.back() == extent - begin.back() && random.one_in(2) ? -1 : out.back());
  }
  const auto result = m.output("out", out);
  m.model.op(Code::SLICE, {m.input, m.model.integers("begin", begin), m.model.integers("size", size)}, result,
             schema::SliceOptionsT{});
  m.model.ends({m.input}, {result});
  return std::move(m.model);
}

// `outputs` of them, each its own tensor; sizes along the axis, or 0 where it is dropped.
std::vector<std::int32_t> add_outputs(Io& m, std::size_t axis, const std::vector<std::int32_t>& sizes) {
  std::vector<std::int32_t> outputs;
  for (const std::int32_t size : sizes) {
    Shape shape = m.shape;
    shape[axis] = size;
    if (size == 0) shape.erase(shape.begin() + static_cast<std::ptrdiff_t>(axis));
    outputs.push_back(m.output(("out" + std::to_string(outputs.size())).c_str(), shape));
  }
  m.model.graph().operators.back()->outputs = outputs;
  m.model.ends({m.input}, outputs);
  return outputs;
}

ModelBuilder split(Random& random) {
  Shape shape = random_image(random);
  const std::size_t axis = random_axis(shape, random);
  schema::SplitOptionsT options;
  options.num_splits = random.between(1, 4);
  const std::int32_t size = random.between(1, 4);
  shape[axis] = size * options.num_splits;
  Io m = io(shape, random);
  m.model.op(Code::SPLIT, {m.model.integers("axis", {signed_axis(axis, shape, random)}, true), m.input}, 0,
             options);
  add_outputs(m, axis, std::vector<std::int32_t>(static_cast<std::size_t>(options.num_splits), size));
  return std::move(m.model);
}

ModelBuilder split_v(Random& random) {
  Shape shape = random_image(random);
  const std::size_t axis = random_axis(shape, random);
  schema::SplitVOptionsT options;
  options.num_splits = random.between(1, 4);
  std::vector<std::int32_t> sizes;
  for (std::int32_t i = 0; i < options.num_splits; ++i) sizes.push_back(random.between(1, 4));
  shape[axis] = 0;
  for (const std::int32_t size : sizes) shape[axis] += size;
  std::vector<std::int32_t> stated = sizes;
  if (random.one_in(2)) stated.back() = -1;
  Io m = io(shape, random);
  m.model.op(Code::SPLIT_V,
             {m.input, m.model.integers("sizes", stated),
              m.model.integers("axis", {signed_axis(axis, shape, random)}, true)},
             0, options);
  add_outputs(m, axis, sizes);
  return std::move(m.model);
}

ModelBuilder unpack(Random& random) {
  Shape shape = random_image(random);
  const std::size_t axis = random_axis(shape, random);
  shape[axis] = random.between(1, 4);
  Io m = io(shape, random);
  schema::UnpackOptionsT options;
  options.num = shape[axis];
  options.axis = signed_axis(axis, shape, random);
  m.model.op(Code::UNPACK, {m.input}, 0, options);
  add_outputs(m, axis, std::vector<std::int32_t>(static_cast<std::size_t>(options.num), 0));
  return std::move(m.model);
}

// Inputs of one shape, 1 x rows x channels, along a new axis that leaves their rows whole.
ModelBuilder pack(Random& random) {
  const Shape shape = {1, random.between(1, 5), random.between(1, 5)};
  const std::int32_t count = random.between(1, 4);
  Io m = io(shape, random);
  std::vector<std::int32_t> inputs = {m.input};
  while (static_cast<std::int32_t>(inputs.size()) < count)
    inputs.push_back(m.output(("in" + std::to_string(inputs.size())).c_str(), shape));
  schema::PackOptionsT options;
  options.values_count = count;
  options.axis = random.one_in(2) ? 1 : -3;
  const auto result = m.output("out", {1, count, shape[1], shape[2]});
  m.model.op(Code::PACK, inputs, result, options);
  m.model.ends(inputs, {result});
  return std::move(m.model);
}

ModelBuilder gather(Random& random) {
  Io m = io(random_image(random), random);
  const std::size_t axis = random_axis(m.shape, random);
  std::vector<std::int32_t> positions(static_cast<std::size_t>(random.between(1, 6)));
  for (std::int32_t& position : positions) position = random.between(0, m.shape[axis] - 1);
  Shape out = m.shape;
  out[axis] = static_cast<std::int32_t>(positions.size());
  const auto result = m.output("out", out);
  schema::GatherOptionsT options;
  options.axis = signed_axis(axis, m.shape, random);
  m.model.op(Code::GATHER, {m.input, m.model.integers("positions", positions)}, result, options);
  m.model.ends({m.input}, {result});
  return std::move(m.model);
}

template <Code code, class Options>
ModelBuilder blocks(Random& random) {
  Options options;
  options.block_size = random.between(1, 3);
  const std::int32_t block = options.block_size;
  const Shape coarse = random_image(random);
  const Shape fine = {1, coarse[1] * block, coarse[2] * block, coarse[3]};
  const Shape deep = {1, coarse[1], coarse[2], coarse[3] * block * block};
  Io m = io(code == Code::SPACE_TO_DEPTH ? fine : deep, random);
  const auto result = m.output("out", code == Code::SPACE_TO_DEPTH ? deep : fine);
  m.model.op(code, {m.input}, result, options);
  m.model.ends({m.input}, {result});
  return std::move(m.model);
}

template <Code code, class Options>
ModelBuilder resize(Random& random) {
  Io m = io(random_image(random), random);
  Options options;
  options.align_corners = random.one_in(3);
  options.half_pixel_centers = !options.align_corners && random.one_in(2);
  const Shape size = {random.between(1, 15), random.between(1, 15)};
  const auto result = m.output("out", {1, size[0], size[1], m.shape[3]});
  m.model.op(code, {m.input, m.model.integers("size", size)}, result, options);
  m.model.ends({m.input}, {result});
  return std::move(m.model);
}

constexpr Case cases[] = {
    {"STRIDED_SLICE", strided_slice},
    {"SLICE", slice},
    {"SPLIT", split},
    {"SPLIT_V", split_v},
    {"UNPACK", unpack},
    {"PACK", pack},
    {"GATHER", gather},
    {"SPACE_TO_DEPTH", blocks<Code::SPACE_TO_DEPTH, schema::SpaceToDepthOptionsT>},
    {"DEPTH_TO_SPACE", blocks<Code::DEPTH_TO_SPACE, schema::DepthToSpaceOptionsT>},
    {"RESIZE_BILINEAR", resize<Code::RESIZE_BILINEAR, schema::ResizeBilinearOptionsT>},
    {"RESIZE_NEAREST_NEIGHBOR", resize<Code::RESIZE_NEAREST_NEIGHBOR, schema::ResizeNearestNeighborOptionsT>},
};

}  // namespace

std::span<const Case> selection_cases() { return cases; }

}  // namespace oracle
