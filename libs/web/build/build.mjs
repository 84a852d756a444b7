// Makes the files of the page that come from elsewhere: `make web-files`.
//
// The libraries of package.json are copied or bundled into src/playlake_web/files/vendor, with their
// licences. The charts of charts/ are Vega-Lite; they are compiled to Vega here, so that a browser
// needs no compiler. vendor/made-of.json says which versions and sources it was all made of. The tests of
// the page get axe-core, which no browser of a user gets.
import {createHash} from "node:crypto";
import {copyFile, mkdir, readFile, readdir, rm, writeFile} from "node:fs/promises";
import {build} from "esbuild";
import {compile} from "vega-lite";

const packages = new URL("node_modules/", import.meta.url);
const files = new URL("../src/playlake_web/files/", import.meta.url);
const vendor = new URL("vendor/", files);
const charts = new URL("charts/", import.meta.url);
// What the tests alone need: it is in no distribution.
const axe = new URL("../../../tests/browser/axe/", import.meta.url);
const fonts = ["latin", "latin-ext"];
// What a browser gets. What only compiles is not among it.
const shipped = ["@fontsource-variable/archivo", "htmx.org", "vega", "vega-interpreter"];

async function main() {
  await rm(vendor, {recursive: true, force: true});
  await mkdir(vendor, {recursive: true});
  await copyFile(new URL("htmx.org/dist/htmx.min.js", packages), new URL("htmx.min.js", vendor));
  for (const font of fonts) {
    const name = `archivo-${font}-wdth-normal.woff2`;
    await copyFile(new URL(`@fontsource-variable/archivo/files/${name}`, packages), new URL(name, vendor));
  }
  await bundleVega();
  const sources = await compileCharts();
  const libraries = await Promise.all(shipped.map(describe));
  await writeFile(new URL("made-of.json", vendor), json({libraries, charts: sources}));
  await copyAxe();
}

// Finds what keeps people from using a page. Its licence asks that it comes with the copy.
async function copyAxe() {
  await mkdir(axe, {recursive: true});
  for (const name of ["axe.min.js", "LICENSE", "LICENSE-3RD-PARTY.txt"]) {
    await copyFile(new URL(`axe-core/${name}`, packages), new URL(name, axe));
  }
  const {name, version, license} = JSON.parse(await readFile(new URL("axe-core/package.json", packages)));
  await writeFile(new URL("made-of.json", axe), json({name, version, license}));
}

// Vega and the interpreter of its expressions, as one script. Without the interpreter Vega makes
// functions of text, which the page's Content-Security-Policy forbids.
async function bundleVega() {
  await build({
    stdin: {
      contents: `
        export {parse, View, Warn} from "vega";
        export {expressionInterpreter} from "vega-interpreter";
      `,
      resolveDir: new URL(".", import.meta.url).pathname,
    },
    bundle: true,
    minify: true,
    format: "iife",
    globalName: "playlakeVega",
    target: "es2022",
    legalComments: "none",
    outfile: new URL("vega.min.js", vendor).pathname,
  });
}

// Returns the SHA-256 of each chart's source, so that a test finds one that was not compiled.
async function compileCharts() {
  const shared = await readFile(new URL("shared.json", charts), "utf8");
  const sources = {};
  for (const name of (await readdir(charts)).sort()) {
    if (!name.endsWith(".vl.json")) continue;
    const source = await readFile(new URL(name, charts), "utf8");
    const spec = {...JSON.parse(shared), ...JSON.parse(source)};
    spec.config = {...JSON.parse(shared).config, ...spec.extraConfig};
    delete spec.extraConfig;
    const compiled = compile(spec, {logger: strict(name)}).spec;
    await writeFile(new URL(name.replace(".vl.json", ".vg.json"), vendor), JSON.stringify(compiled));
    sources[name] = createHash("sha256").update(shared).update(source).digest("hex");
  }
  return sources;
}

// A compiler that warns has understood something else than was meant. It says one thing always: that
// a chart with a row for each thing fits in width alone, which it shall.
const expected = 'Dropping "fit-y" because spec has discrete height.';

function strict(name) {
  const refuse = (what) => {
    if (what !== expected) throw new Error(`${name}: ${what}`);
    return logger;
  };
  const logger = {warn: refuse, error: refuse, info: () => logger, debug: () => logger, level: () => logger};
  return logger;
}

async function describe(name) {
  const {version, license} = JSON.parse(await readFile(new URL(`${name}/package.json`, packages)));
  const licence = `${name.replace(/.*\//, "").replace(/\W+/g, "-")}-LICENSE.txt`;
  await copyFile(new URL(`${name}/LICENSE`, packages), new URL(licence, vendor));
  return {name, version, license, licence};
}

const json = (value) => `${JSON.stringify(value, null, 2)}\n`;

await main();
