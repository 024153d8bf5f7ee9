// The model: stridenet.probabilities(window) with a Float32Array of time x channel values in raw units; every one is NaN
// where a value is missing. stridenet.label(probabilities) names the class, or says "unknown" where there is no answer or
// the model is not sure enough. stridenet.calibrated(probabilities) is what its threshold, about.unsure, is of.
const stridenet = (() => {
  const { about, program, constants } = stridenetModel;
  const decoded = Object.fromEntries(
    Object.entries(constants).map(([name, { shape, data }]) => [name, { shape, data: stridenetEngine.floats(data) }]));
  const run = stridenetEngine.session(program, decoded);
  const size = program.length * program.n_channels;
  const probabilities = (window) => {
    if (window.length !== size) throw new Error(`A window holds ${program.length} x ${program.n_channels} values, not ${window.length}.`);
    const values = Float32Array.from(window);
    return values.every(Number.isFinite) ? run(values) : new Float32Array(about.classes.length).fill(NaN);
  };
  const calibrated = (p) => {
    if (about.temperature === 1) return p;
    const raised = Array.from(p, (v) => Math.max(v, 1.1920929e-7) ** (1 / about.temperature));
    const sum = raised.reduce((all, v) => all + v);
    return Float32Array.from(raised, (v) => v / sum);
  };
  const label = (p) => {
    const sure = Math.max(...calibrated(p)) >= Math.fround(about.unsure ?? 0); // never of NaN
    return sure ? about.classes[p.indexOf(Math.max(...p))] : "unknown";
  };
  return { about, probabilities, calibrated, label, floats: stridenetEngine.floats };
})();
if (typeof module !== "undefined") module.exports = stridenet;
