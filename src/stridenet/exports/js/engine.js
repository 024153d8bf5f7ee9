// Runs a program of stridenet on one window at a time. A value is {shape, data}; channels are its last axis.
"use strict";

const stridenetEngine = (() => {
  const size = (shape) => shape.reduce((all, n) => all * n, 1);
  const made = (shape) => ({ shape, data: new Float32Array(size(shape)) });
  const stepsOf = (shape) => shape.map((_, axis) => size(shape.slice(axis + 1)));

  // Calls visit(output place, place in each walk) over a shape; a walk is [steps, offset].
  function over(shape, walks, visit) {
    const n = size(shape);
    const index = shape.map(() => 0);
    const at = walks.map(([, offset]) => offset);
    for (let place = 0; place < n; place++) {
      visit(place, at);
      for (let axis = shape.length - 1; axis >= 0; axis--) {
        const wrapped = ++index[axis] === shape[axis];
        for (let w = 0; w < walks.length; w++) at[w] += walks[w][0][axis] * (wrapped ? 1 - shape[axis] : 1);
        if (!wrapped) break;
        index[axis] = 0;
      }
    }
  }

  function spread(shape, to) {
    const own = [...Array(to.length - shape.length).fill(1), ...shape];
    const steps = stepsOf(own);
    return [steps.map((step, axis) => (own[axis] === 1 ? 0 : step)), 0];
  }

  function copied(x, shape, walk) {
    const y = made(shape);
    over(shape, [walk], (place, [from]) => { y.data[place] = x.data[from]; });
    return y;
  }

  const each = (f) => (a, x) => ({ shape: x.shape, data: x.data.map((v) => f(v, a)) });

  const both = (f) => (a, x, z) => {
    const rank = Math.max(x.shape.length, z.shape.length);
    const [p, q] = [x, z].map((v) => [...Array(rank - v.shape.length).fill(1), ...v.shape]);
    const y = made(p.map((n, axis) => (n === 1 ? q[axis] : n)));
    over(y.shape, [spread(x.shape, y.shape), spread(z.shape, y.shape)], (place, [i, j]) => {
      y.data[place] = f(x.data[i], z.data[j]);
    });
    return y;
  };

  const reduced = (start, f, end = (v) => v) => (a, x) => {
    const kept = x.shape.map((n, axis) => (a.axes.includes(axis) ? 1 : n));
    const sums = new Float64Array(size(kept)).fill(start);
    over(x.shape, [spread(kept, x.shape)], (place, [to]) => { sums[to] = f(sums[to], x.data[place]); });
    const n = size(a.axes.map((axis) => x.shape[axis]));
    const shape = a.keepdims ? kept : x.shape.filter((_, axis) => !a.axes.includes(axis));
    return { shape, data: Float32Array.from(sums, (v) => end(v, n)) };
  };

  function conv1d(a, x, kernel, bias) {
    const [length, channels] = x.shape.slice(-2);
    const [taps, nIn, filters] = kernel.shape;
    const out = Math.floor((length + a.pads[0] + a.pads[1] - (taps - 1) * a.dilation - 1) / a.strides) + 1;
    const y = made([...x.shape.slice(0, -2), out, filters]);
    const ofGroup = filters / a.groups;
    const sums = new Float64Array(filters);
    for (let lead = 0; lead < size(x.shape.slice(0, -2)); lead++)
      for (let row = 0; row < out; row++) {
        if (bias) sums.set(bias.data);
        else sums.fill(0);
        for (let tap = 0; tap < taps; tap++) {
          const time = row * a.strides - a.pads[0] + tap * a.dilation;
          if (time < 0 || time >= length) continue;
          for (let group = 0; group < a.groups; group++)
            for (let k = 0; k < nIn; k++) {
              const v = x.data[(lead * length + time) * channels + group * nIn + k];
              const from = (tap * nIn + k) * filters;
              if (v !== 0) for (let f = group * ofGroup; f < (group + 1) * ofGroup; f++) sums[f] += v * kernel.data[from + f];
            }
        }
        y.data.set(sums, (lead * out + row) * filters);
      }
    return y;
  }

  const dense = (a, x, kernel, bias) => {
    const [n, units] = kernel.shape;
    const rows = x.data.length / n;
    const flat = { shape: [rows, n], data: x.data };
    const once = { strides: 1, dilation: 1, pads: [0, 0], groups: 1 };
    const y = conv1d(once, flat, { shape: [1, n, units], data: kernel.data }, bias);
    return { shape: [...x.shape.slice(0, -1), units], data: y.data };
  };

  const pooled = (start, f, end) => (a, x) => {
    const [length, channels] = x.shape.slice(-2);
    const out = Math.floor((length + a.pads[0] + a.pads[1] - a.size) / a.strides) + 1;
    const y = made([...x.shape.slice(0, -2), out, channels]);
    for (let lead = 0; lead < size(x.shape.slice(0, -2)); lead++)
      for (let row = 0; row < out; row++)
        for (let c = 0; c < channels; c++) {
          const from = Math.max(0, row * a.strides - a.pads[0]);
          const to = Math.min(length, row * a.strides - a.pads[0] + a.size);
          let value = start;
          for (let t = from; t < to; t++) value = f(value, x.data[(lead * length + t) * channels + c]);
          y.data[(lead * out + row) * channels + c] = end(value, to - from);
        }
    return y;
  };

  const sigmoid = (v) => 1 / (1 + Math.exp(-v));

  function lstm(a, x, kernel, recurrent, bias) {
    const [length, n] = x.shape;
    const units = recurrent.shape[0];
    const y = made(a.sequences ? [length, units] : [units]);
    const gates = new Float64Array(4 * units);
    const cell = new Float64Array(units);
    const said = new Float64Array(units);
    for (let step = 0; step < length; step++) {
      const t = a.reverse ? length - 1 - step : step;
      gates.set(bias.data);
      for (let k = 0; k < n; k++) for (let g = 0; g < 4 * units; g++) gates[g] += x.data[t * n + k] * kernel.data[k * 4 * units + g];
      for (let k = 0; k < units; k++) for (let g = 0; g < 4 * units; g++) gates[g] += said[k] * recurrent.data[k * 4 * units + g];
      for (let u = 0; u < units; u++) {
        cell[u] = sigmoid(gates[units + u]) * cell[u] + sigmoid(gates[u]) * Math.tanh(gates[2 * units + u]);
        said[u] = sigmoid(gates[3 * units + u]) * Math.tanh(cell[u]);
      }
      if (a.sequences) y.data.set(said, t * units);
    }
    if (!a.sequences) y.data.set(said);
    return y;
  }

  function softmax(a, x) {
    const n = x.shape[x.shape.length - 1];
    const y = made(x.shape);
    for (let from = 0; from < x.data.length; from += n) {
      const row = x.data.subarray(from, from + n);
      const most = row.reduce((p, q) => Math.max(p, q));
      const raised = Array.from(row, (v) => Math.exp(v - most));
      const sum = raised.reduce((p, q) => p + q);
      y.data.set(raised.map((v) => v / sum), from);
    }
    return y;
  }

  // Abramowitz and Stegun 1964, formula 7.1.26: to 2e-7.
  function erf(x) {
    const t = 1 / (1 + 0.3275911 * Math.abs(x));
    const sum = ((((1.061405429 * t - 1.453152027) * t + 1.421413741) * t - 0.284496736) * t + 0.254829592) * t;
    return Math.sign(x) * (1 - sum * Math.exp(-x * x));
  }

  function concat(a, ...inputs) {
    const shape = [...inputs[0].shape];
    shape[a.axis] = inputs.reduce((sum, x) => sum + x.shape[a.axis], 0);
    const y = made(shape);
    const steps = stepsOf(shape);
    let at = 0;
    for (const x of inputs) {
      over(x.shape, [[steps, at * steps[a.axis]]], (place, [to]) => { y.data[to] = x.data[place]; });
      at += x.shape[a.axis];
    }
    return y;
  }

  function repeat(a, x) {
    const split = [...x.shape.slice(0, a.axis + 1), a.n, ...x.shape.slice(a.axis + 1)];
    const steps = stepsOf(x.shape);
    const y = copied(x, split, [[...steps.slice(0, a.axis + 1), 0, ...steps.slice(a.axis + 1)], 0]);
    return { shape: x.shape.map((n, axis) => (axis === a.axis ? n * a.n : n)), data: y.data };
  }

  function pad(a, x) {
    const y = made(x.shape.map((n, axis) => (axis === a.axis ? n + a.before + a.after : n)));
    const steps = stepsOf(y.shape);
    over(x.shape, [[steps, a.before * steps[a.axis]]], (place, [to]) => { y.data[to] = x.data[place]; });
    return y;
  }

  function sliced(a, x) {
    const shape = x.shape.map((n, axis) => (axis === a.axis ? Math.ceil((a.end - a.begin) / a.step) : n));
    const steps = stepsOf(x.shape);
    return copied(x, shape, [steps.map((s, axis) => (axis === a.axis ? s * a.step : s)), a.begin * steps[a.axis]]);
  }

  const operations = {
    conv1d, dense, lstm, softmax, concat, repeat, pad,
    slice: sliced,
    max_pool1d: pooled(-Infinity, Math.max, (v) => v),
    mean_pool1d: pooled(0, (p, q) => p + q, (v, n) => v / n),
    add: both((p, q) => p + q),
    sub: both((p, q) => p - q),
    mul: both((p, q) => p * q),
    div: both((p, q) => p / q),
    maximum: both(Math.max),
    minimum: both(Math.min),
    power: both(Math.pow),
    relu: each((v) => Math.max(v, 0)),
    leaky_relu: each((v, a) => (v > 0 ? v : a.slope * v)),
    elu: each((v, a) => (v > 0 ? v : a.alpha * Math.expm1(v))),
    gelu: each((v, a) => 0.5 * v * (1 + (a.approximate
      ? Math.tanh(Math.sqrt(2 / Math.PI) * (v + 0.044715 * v ** 3)) : erf(v * Math.SQRT1_2)))),
    tanh: each(Math.tanh),
    sigmoid: each(sigmoid),
    silu: each((v) => v * sigmoid(v)),
    asinh: each(Math.asinh),
    log: each(Math.log),
    exp: each(Math.exp),
    sqrt: each(Math.sqrt),
    square: each((v) => v * v),
    abs: each(Math.abs),
    mean: reduced(0, (p, q) => p + q, (v, n) => v / n),
    max: reduced(-Infinity, Math.max),
    sum: reduced(0, (p, q) => p + q),
    reshape: (a, x) => ({ shape: a.shape, data: x.data }),
    transpose: (a, x) => {
      const steps = stepsOf(x.shape);
      return copied(x, a.order.map((axis) => x.shape[axis]), [a.order.map((axis) => steps[axis]), 0]);
    },
  };

  // A function from a window (time x channel, Float32Array) to probabilities; constants are {shape, data} by name.
  function session(program, constants) {
    return (window) => {
      const values = { ...constants };
      values[program.input] = { shape: [program.length, program.n_channels], data: window };
      for (const node of program.nodes)
        values[node.output] = operations[node.op](node.attributes, ...node.inputs.map((name) => values[name]));
      return values[program.output].data;
    };
  }

  // The float32 numbers that a text of base64 holds.
  function floats(text) {
    const bytes = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
    return new Float32Array(bytes.buffer);
  }

  return { session, floats, operations: Object.keys(operations) };
})();
