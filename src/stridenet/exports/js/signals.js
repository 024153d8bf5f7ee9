// From a table or a phone's sensors to windows: names, rate, UCI HAR's filters. Rows are samples, columns channels.
"use strict";

const stridenetSignals = (() => {
  // The columns of a text with commas, semicolons or tabs; its first line names them.
  function table(text) {
    const lines = text.split(/\r?\n/).filter((line) => line.trim());
    if (lines.length < 2) throw new Error("The text has no samples: its first line must name the columns, the others hold numbers.");
    const mark = ["\t", ";", ","].find((one) => lines[0].includes(one)) || ",";
    const cells = (line) => line.split(mark).map((cell) => cell.trim().replace(/^"(.*)"$/, "$1"));
    const names = cells(lines[0]);
    const columns = names.map(() => new Float64Array(lines.length - 1));
    lines.slice(1).forEach((line, row) => {
      const found = cells(line);
      names.forEach((_, c) => {
        const cell = mark === ";" ? (found[c] || "").replace(",", ".") : found[c] || "";
        columns[c][row] = cell === "" ? NaN : Number(cell);
      });
    });
    return { names, columns };
  }

  const TIMES = { time: 1, t: 1, time_s: 1, seconds: 1, seconds_elapsed: 1, time_ms: 1e-3, ms: 1e-3, timestamp: 1, timestamp_ms: 1e-3 };

  // Seconds of each sample, or null where no column is called as a time is.
  function seconds({ names, columns }) {
    const place = names.findIndex((name) => name.toLowerCase().replace(/[^a-z]+/g, "_").replace(/_$/, "") in TIMES);
    if (place < 0) return null;
    const values = columns[place];
    const named = TIMES[names[place].toLowerCase().replace(/[^a-z]+/g, "_").replace(/_$/, "")];
    const apart = (values[values.length - 1] - values[0]) / (values.length - 1);
    const scale = named !== 1 ? named : apart > 1e6 ? 1e-9 : apart > 1e3 ? 1e-6 : apart >= 2 ? 1e-3 : 1;
    for (let i = 1; i < values.length; i++)
      if (!(values[i] > values[i - 1])) throw new Error(`Column ${names[place]}: line ${i + 2} does not come after the line before; sort it.`);
    return values.map((v) => (v - values[0]) * scale);
  }

  const plain = (name) => name.toLowerCase().replace(/[^a-z0-9]+/g, "");
  const placesOf = (found, channels) => channels.map((c) => found.names.findIndex((name) => plain(name) === plain(c.name)));

  // Whether a table has all these channels.
  const has = (found, channels) => placesOf(found, channels).every((place) => place >= 0);

  // The samples (time x channel) of these channels, matched by name, at the rate.
  function samples(found, channels, rate) {
    const places = placesOf(found, channels);
    const missing = channels.filter((_, i) => places[i] < 0).map((c) => c.name);
    if (missing.length) throw new Error(`Columns ${missing.join(", ")} are missing; found: ${found.names.join(", ")}.`);
    const columns = places.map((place) => found.columns[place]);
    const at = seconds(found);
    return at ? even(at, columns, rate) : interleaved(columns);
  }

  function interleaved(columns) {
    const data = new Float64Array(columns.length * columns[0].length);
    columns.forEach((column, c) => column.forEach((v, row) => { data[row * columns.length + c] = v; }));
    return data;
  }

  // Straight lines between samples, looked at in even steps; a gap of more than half a second is missing.
  function even(at, columns, rate) {
    const n = Math.floor(at[at.length - 1] * rate + 1e-6) + 1;
    const made = columns.map(() => new Float64Array(n));
    for (let i = 0, j = 0; i < n; i++) {
      const t = Math.min(i / rate, at[at.length - 1]);
      while (j < at.length - 2 && at[j + 1] <= t) j++;
      const gap = at[j + 1] - at[j];
      const share = gap > 0 ? (t - at[j]) / gap : 0;
      columns.forEach((column, c) => {
        made[c][i] = gap > 0.5 && share > 0 && share < 1 ? NaN : column[j] + share * (column[j + 1] - column[j]);
      });
    }
    return interleaved(made);
  }

  // Second-order sections over one channel, sample by sample, from rest.
  function lowPass(sections) {
    const state = sections.map(() => [0, 0]);
    return (v) => {
      sections.forEach(([b0, b1, b2, , a1, a2], i) => {
        const y = b0 * v + state[i][0];
        state[i][0] = b1 * v - a1 * y + state[i][1];
        state[i][1] = b2 * v - a2 * y;
        v = y;
      });
      return v;
    };
  }

  // UCI HAR's filters on a stream of samples (accelerometer, then gyroscope): a sample's answer comes with the next one.
  function chain({ sections, places }, nIn) {
    const noise = Array.from({ length: nIn }, () => lowPass(sections.noise));
    const slow = Array.from({ length: nIn }, (_, c) => lowPass(c < 3 ? sections.gravity : sections.offset));
    let [last, here] = [new Array(nIn).fill(0), null];
    return (sample) => {
      const before = last;
      const now = here;
      [last, here] = [now || last, Array.from(sample)];
      if (!now) return null;
      const total = now.map((v, c) => noise[c]([before[c], v, sample[c]].sort((p, q) => p - q)[1]));
      const body = total.map((v, c) => v - slow[c](v));
      const all = [...total.slice(0, 3), ...body];
      return places.map((place) => all[place]);
    };
  }

  // A whole recording through the filters: as many samples.
  function filtered(data, filter, nIn) {
    const push = chain(filter, nIn);
    const rows = [];
    for (let at = 0; at <= data.length; at += nIn) {
      const row = push(at < data.length ? data.subarray(at, at + nIn) : new Float64Array(nIn));
      if (row) rows.push(...row);
    }
    return Float64Array.from(rows);
  }

  return { table, has, samples, even, chain, filtered };
})();
