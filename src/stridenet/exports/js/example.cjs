// Prints what one window of raw samples shows: node example.cjs window.csv
// Its first line names the channels (order and units: stridenet.about.channels), each other line is a sample.
const fs = require("node:fs");
const stridenet = require("./model.js");

const lines = fs.readFileSync(process.argv[2], "utf8").trim().split("\n").slice(1);
const window = Float32Array.from(lines.flatMap((line) => line.split(",").map((cell) => (cell.trim() ? Number(cell) : NaN))));
const probabilities = stridenet.probabilities(window);
stridenet.about.classes.forEach((name, i) => console.log(probabilities[i].toFixed(4).padStart(8), "", name));
console.log(stridenet.label(probabilities));
