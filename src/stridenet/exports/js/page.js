// The page: a table of samples or the phone's own sensors in, classes out. Nothing leaves this page.
"use strict";

const about = stridenetModel.about;
const answer = (window) => stridenet.calibrated(stridenet.probabilities(window)); // as predict says them
const of = (id) => document.getElementById(id);
const percent = (p) => `${(100 * p).toFixed(1)} %`;
const colour = (c) => `hsl(${Math.round((360 * c) / about.classes.length + 210) % 360} 60% 45%)`;
const best = (p) => p.indexOf(Math.max(...p));
const nChannels = about.channels.length;
const needed = about.filter ? about.filter.raw : about.channels;

of("name").textContent = about.name;
of("about").textContent = `Tells apart: ${about.classes.join(", ")}. A window is ${about.length} samples of ${nChannels} channels, ${about.seconds} s at ${about.rate_hz} Hz.`;
of("columns").textContent = needed.map((c) => (c.unit ? `${c.name} (${c.unit})` : c.name)).join(", ");
of("legend").append(...about.classes.map((name, c) => {
  const item = document.createElement("li");
  item.style.setProperty("--colour", colour(c));
  item.textContent = name;
  return item;
}));

// Answers to all windows of samples (time x channel): [{from, to, probabilities or null}].
function answers(data) {
  const n = data.length / nChannels;
  const found = [];
  for (let first = 0; first + about.length <= n; first += about.step) {
    const window = Float32Array.from(data.subarray(first * nChannels, (first + about.length) * nChannels));
    found.push({ from: first / about.rate_hz, to: (first + about.length) / about.rate_hz, p: window.every(Number.isFinite) ? answer(window) : null });
  }
  return found;
}

function named(one) {
  if (!one.p) return ["unknown (values are missing)", ""];
  const c = best(one.p);
  return [about.unsure !== null && one.p[c] < about.unsure ? "unknown" : about.classes[c], percent(one.p[c])];
}

function show(found) {
  of("result").hidden = false;
  draw(found);
  of("count").textContent = `${found.length} windows`;
  of("windows").replaceChildren(...found.slice(-500).map((one) => {
    const row = document.createElement("tr");
    for (const text of [one.from.toFixed(2), one.to.toFixed(2), ...named(one)]) row.insertCell().textContent = text;
    return row;
  }));
  const lines = ["from_s,to_s,label," + about.classes.map((c) => `"${c}"`).join(",")];
  for (const one of found) lines.push([one.from, one.to, `"${named(one)[0]}"`, ...(one.p || [])].join(","));
  of("save").href = URL.createObjectURL(new Blob([lines.join("\n") + "\n"], { type: "text/csv" }));
}

function draw(found) {
  const canvas = of("timeline");
  const scale = window.devicePixelRatio || 1;
  canvas.width = canvas.clientWidth * scale;
  canvas.height = canvas.clientHeight * scale;
  const pen = canvas.getContext("2d");
  const [begin, end] = [found[0].from, found[found.length - 1].to];
  found.forEach((one, i) => {
    const from = ((one.from - begin) / (end - begin)) * canvas.width;
    const to = (((i + 1 < found.length ? found[i + 1].from : end) - begin) / (end - begin)) * canvas.width;
    if (!one.p) return;
    let low = canvas.height;
    one.p.forEach((p, c) => {
      pen.fillStyle = colour(c);
      pen.fillRect(from, low - p * canvas.height, Math.max(1, to - from), p * canvas.height);
      low -= p * canvas.height;
    });
  });
  of("begin").textContent = `${begin.toFixed(1)} s`;
  of("end").textContent = `${end.toFixed(1)} s`;
}

function read(text) {
  try {
    const table = stridenetSignals.table(text);
    const done = stridenetSignals.has(table, about.channels); // the filters were applied already, or there are none
    let data = stridenetSignals.samples(table, done ? about.channels : needed, about.rate_hz);
    if (about.filter && !done) data = stridenetSignals.filtered(data, about.filter, needed.length);
    const found = answers(data);
    if (!found.length) throw new Error(`${data.length / nChannels} samples are less than a window of ${about.length}; give more.`);
    say("");
    show(found);
  } catch (error) {
    say(error.message);
  }
}

function say(text) {
  of("message").textContent = text;
  of("message").hidden = !text;
}

of("read").addEventListener("click", () => read(of("text").value));
of("file").addEventListener("change", (event) => event.target.files[0]?.text().then(read));
for (const kind of ["dragover", "drop"])
  document.addEventListener(kind, (event) => {
    event.preventDefault();
    if (kind === "drop") (event.dataTransfer.files[0]?.text() ?? Promise.resolve(event.dataTransfer.getData("text"))).then(read);
  });

// The phone: events come when they come, so they are put on the rate's grid before anything else.
const live = { on: false, rows: [], found: [], at: [], values: [], next: 0, filter: null, since: 0 };
const turned = /iPhone|iPad|iPod/.test(navigator.userAgent) ? -1 : 1; // there acceleration points the other way

function motion(event) {
  const sensors = {
    acceleration: event.accelerationIncludingGravity,
    "linear acceleration": event.acceleration,
    rotation: event.rotationRate,
  };
  const row = about.phone.map(({ sensor, axis, factor }) => {
    const read = sensors[sensor];
    const value = read && (sensor === "rotation" ? [read.alpha, read.beta, read.gamma][axis] : turned * [read.x, read.y, read.z][axis]);
    return value === null || value === undefined ? NaN : value * factor;
  });
  push(event.timeStamp / 1000, row);
}

function push(time, row) {
  const last = live.at[live.at.length - 1];
  if (time <= last) return;
  if (time - last > 0.5) Object.assign(live, { at: [], values: [], rows: [], filter: null, next: 0 });
  live.at.push(time);
  live.values.push(row);
  if (live.at.length === 1) live.next = time;
  while (live.at.length > 1 && live.next <= time) {
    const [t, u] = live.at.slice(-2);
    const [v, w] = live.values.slice(-2);
    take(v.map((p, c) => p + ((live.next - t) / (u - t)) * (w[c] - p)));
    live.next += 1 / about.rate_hz;
  }
  live.at = live.at.slice(-2);
  live.values = live.values.slice(-2);
}

function take(sample) {
  live.filter = live.filter || (about.filter ? stridenetSignals.chain(about.filter, needed.length) : (row) => row);
  const row = live.filter(sample);
  if (!row) return;
  live.rows.push(row);
  live.since++;
  if (live.rows.length > about.length) live.rows.shift();
  if (live.rows.length < about.length || live.since < Math.min(about.step, Math.ceil(about.rate_hz / 2))) return;
  live.since = 0;
  const window = Float32Array.from(live.rows.flat());
  const to = (live.found.length ? live.found[live.found.length - 1].to : 0) + 0.5;
  const one = { from: Math.max(0, to - 0.5), to, p: window.every(Number.isFinite) ? answer(window) : null };
  live.found = [...live.found, one].slice(-240);
  const [label, sure] = named(one);
  of("now").textContent = `${label} ${sure}`;
  show(live.found);
}

function begin() {
  live.on = !live.on;
  of("phone").textContent = live.on ? "Stop" : "Use this phone's sensors";
  of("now").textContent = live.on ? "waiting for the sensors ..." : "";
  (live.on ? window.addEventListener : window.removeEventListener).call(window, "devicemotion", motion);
  Object.assign(live, { rows: [], at: [], values: [], filter: null, found: [], since: 0 });
}

of("phone").addEventListener("click", async () => {
  try {
    if (!live.on && typeof DeviceMotionEvent.requestPermission === "function" && (await DeviceMotionEvent.requestPermission()) !== "granted")
      throw new Error("The phone does not allow this page its motion sensors; allow them in the browser's settings.");
    begin();
  } catch (error) {
    say(error.message);
  }
});
if (!about.phone) {
  of("phone").hidden = true;
  of("no-phone").textContent = "This model needs channels that a phone's browser does not give.";
} else if (!window.isSecureContext && location.protocol !== "file:") {
  of("no-phone").textContent = "Browsers give their motion sensors only to pages from https.";
}
