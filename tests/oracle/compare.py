# SPDX-License-Identifier: Apache-2.0
"""Runs the models of oracle_models on other runtimes and compares with the outputs beside them.

  compare.py <folder> <docs/exactness.md>

The document's table says by how much each operator may differ from TensorFlow Lite Micro and from LiteRT; no more is
allowed. "single" instead of a number: it must not differ with single rounding. Exits with 77 when a runtime is not
installed.
"""
import collections
import pathlib
import sys

try:
    import numpy
    from ai_edge_litert import interpreter as litert
    from tflite_micro.python.tflite_micro import runtime as micro
except ImportError as error:
    print(f"oracle: skipped: {error}; 'sh tests/oracle/run.sh --install' installs the runtimes")
    sys.exit(77)


def allowed_differences(document):
    """{operator: [(rounding, most steps) for Micro, for LiteRT]}; None: not comparable."""
    table = {}
    for line in document.read_text().splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if len(cells) == 4 and cells[0][:1].isupper():
            table[cells[0]] = [None if cell == "-" else ("single", 0) if cell == "single" else ("double", int(cell))
                               for cell in cells[1:3]]
    return table


def split(record, details):
    """The record's bytes as one array per tensor."""
    at = 0
    for detail in details:
        shape, dtype = tuple(detail["shape"]), numpy.dtype(detail["dtype"])
        size = int(numpy.prod(shape)) * dtype.itemsize
        yield numpy.frombuffer(record[at:at + size], dtype).reshape(shape)
        at += size


def run_micro(model, record):
    ends = litert.Interpreter(model_content=model)
    interpreter = micro.Interpreter.from_bytes(model, arena_size=1 << 20)
    details = [interpreter.get_input_details(i) for i in range(len(ends.get_input_details()))]
    for i, value in enumerate(split(record, details)):
        interpreter.set_input(value, i)
    interpreter.invoke()
    return [interpreter.get_output(i) for i in range(len(ends.get_output_details()))]


def run_litert(model, record):
    interpreter = litert.Interpreter(
        model_content=model, experimental_op_resolver_type=litert.OpResolverType.BUILTIN_REF)
    interpreter.allocate_tensors()
    details = interpreter.get_input_details()
    for detail, value in zip(details, split(record, details)):
        interpreter.set_tensor(detail["index"], value)
    interpreter.invoke()
    return [interpreter.get_tensor(detail["index"]) for detail in interpreter.get_output_details()]


def most_steps(ours, theirs):
    """Largest difference between a record and tensors; infinite where they are not of one length."""
    if len(ours) != sum(tensor.nbytes for tensor in theirs):
        return float("inf")
    most = 0
    at = 0
    for tensor in theirs:
        # Real numbers are compared by their bytes.
        integers = tensor.dtype if tensor.dtype.kind in "iu" else numpy.dtype(numpy.int8)
        expected = numpy.frombuffer(tensor.tobytes(), integers).astype(int)
        most = max(most, int(abs(numpy.frombuffer(ours, integers, len(expected), at) - expected).max()))
        at += tensor.nbytes
    return most


def main(folder, document):
    allowed = allowed_differences(document)
    seen = collections.defaultdict(lambda: [0, 0, 0])  # models, most steps from Micro, from LiteRT
    exact = [("double", 0)] * 2
    failures = 0
    for path in sorted(folder.glob("*.tflite")):
        operator = path.name.split(".")[0]
        model = path.read_bytes()
        record = path.with_suffix(".in").read_bytes()
        counts = seen[operator]
        counts[0] += 1
        for column, run in enumerate((run_micro, run_litert)):
            if (rule := allowed.get(operator, exact)[column]) is None:
                continue
            rounding, most = rule
            try:
                steps = most_steps(path.with_suffix("." + rounding).read_bytes(), run(model, record))
            except Exception as error:
                print(f"{path.name}: {run.__name__}: {str(error).splitlines()[0]}")
                steps = float("inf")
            counts[column + 1] = max(counts[column + 1], steps)
            if steps > most:
                print(f"{path.name}: {run.__name__} differs by {steps} steps, {most} allowed")
                failures += 1
    print(f"{'operator':28} models  Micro  LiteRT   (largest difference in steps of the output)")
    for operator, (models, micro_steps, litert_steps) in sorted(seen.items()):
        shown = ["-" if rule is None else steps
                 for rule, steps in zip(allowed.get(operator, exact), (micro_steps, litert_steps))]
        print(f"{operator:28} {models:6} {shown[0]:>6} {shown[1]:>7}")
    print(f"{failures} of {sum(counts[0] for counts in seen.values())} models differ by more than allowed")
    return 1 if failures or not seen else 0


if __name__ == "__main__":
    sys.exit(main(pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2])))
