// The model: stridenet.probabilities(window) with a Float32Array of time x channel values in raw units.
const stridenet = (() => {
  const { about, program, constants } = stridenetModel;
  const decoded = Object.fromEntries(
    Object.entries(constants).map(([name, { shape, data }]) => [name, { shape, data: stridenetEngine.floats(data) }]));
  const run = stridenetEngine.session(program, decoded);
  const size = program.length * program.n_channels;
  const probabilities = (window) => {
    if (window.length !== size) throw new Error(`A window holds ${program.length} x ${program.n_channels} values, not ${window.length}.`);
    return run(Float32Array.from(window));
  };
  return { about, probabilities, floats: stridenetEngine.floats };
})();
if (typeof module !== "undefined") module.exports = stridenet;
