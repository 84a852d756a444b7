// What the page can do beyond links and forms: theme, slider, copying, charts. Everything that it shows
// is on the page without it. No text is evaluated: the Content-Security-Policy forbids that.

const page = document.documentElement;
const all = (selector) => [...document.querySelectorAll(selector)];

// --- theme: of the system, light, or dark

const themes = ["system", "light", "dark"];

function startTheme() {
  const button = document.querySelector("[data-theme-button]");
  const now = () => page.dataset.theme ?? "system";
  const say = () => { button.textContent = `Theme: ${now()}`; };
  button.hidden = false;
  button.addEventListener("click", () => {
    const next = themes[(themes.indexOf(now()) + 1) % themes.length];
    if (next === "system") {
      delete page.dataset.theme;
      localStorage.removeItem("theme");
    } else {
      page.dataset.theme = next;
      localStorage.setItem("theme", next);
    }
    say();
    drawAgain();
  });
  say();
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", drawAgain);
}

// --- slider: each stop is a day of the wave; the list under it comes from the server

function startSlider(slider) {
  const days = slider.dataset.days.split(" ");
  const day = slider.form.elements.at;
  const scrubber = slider.closest(".scrubber");
  const picked = scrubber.querySelector(".pick");
  const width = scrubber.querySelector(".wave").viewBox.baseVal.width / days.length;
  const failure = scrubber.querySelector("[data-what]");
  const steps = all("[data-step]");
  const show = () => {
    day.value = days[slider.value];
    slider.setAttribute("aria-valuetext", inWords(day.value));
    failure.dataset.what = inWords(day.value);
    picked.setAttribute("x", slider.value * width);
    bound();
    day.dispatchEvent(new Event("wound", {bubbles: true}));
  };
  // A button that has the focus is not disabled: the keyboard would lose its place.
  const bound = () => {
    for (const step of steps) {
      const to = slider.valueAsNumber + Number(step.dataset.step);
      step.setAttribute("aria-disabled", to < 0 || to >= days.length);
    }
  };
  slider.hidden = false;
  under(slider, days.length);
  slider.addEventListener("input", show);
  for (const button of steps) {
    button.hidden = false;
    button.addEventListener("click", () => {
      slider.valueAsNumber += Number(button.dataset.step); // stays within its bounds
      show();
    });
  }
  bound();
}

// The middle of the thumb, which the stylesheet makes 18 px wide, stands under the bar of its day.
function under(slider, days) {
  slider.style.width = `calc(${100 - 100 / days}% + 18px)`;
  slider.style.marginInlineStart = `calc(${50 / days}% - 9px)`;
}

// A day as the server writes it, such as 21 November 2026.
const written = new Intl.DateTimeFormat("en-GB", {day: "numeric", month: "long", year: "numeric", timeZone: "UTC"});
const inWords = (day) => written.format(new Date(day));

// A part of the page that could not be fetched keeps what it shows, and says what happened. One that
// was fetched is announced by its first line: nobody wants to hear the whole list.
function startFragments() {
  const failed = (context, why) => {
    const said = document.getElementById(context.target.dataset.failure ?? "failure");
    if (!said) return;
    said.textContent = `${said.dataset.what} could not be read: ${why} Try again.`;
    said.hidden = false;
  };
  document.addEventListener("htmx:before:response", (event) => {
    const {ctx} = event.detail;
    if (ctx.response.status < 400) return;
    event.preventDefault();
    failed(ctx, ctx.response.status === 401 ? "you are signed out." : "the lake did not answer.");
  });
  document.addEventListener("htmx:error", (event) => {
    const {ctx, error} = event.detail;
    if (ctx && error?.name !== "AbortError") failed(ctx, "Playlake did not answer.");
  });
  document.addEventListener("htmx:after:swap", (event) => {
    const said = document.getElementById(event.detail.ctx.target.dataset.failure ?? "failure");
    if (said) said.hidden = true;
    const {target} = event.detail.ctx;
    const words = [...target.querySelectorAll("[data-said]")].map((each) => each.textContent.trim());
    document.getElementById("said").textContent = words.join(", ");
    const cover = target.querySelector("[data-cover]");
    if (cover) document.querySelector(".titled .cover").src = cover.dataset.cover;
  });
}

// --- copying: the text of another element, said when it is done

async function copy(button) {
  const from = document.querySelector(button.dataset.copy);
  try {
    await navigator.clipboard.writeText(from.value);
    button.textContent = button.dataset.done;
  } catch {
    // Browsers allow it on secure addresses only: then a person does it.
    from.closest("details").open = true;
    from.select();
    button.textContent = "Press Ctrl C";
  }
}

// --- charts: Vega, compiled beforehand; its expressions are interpreted, not evaluated

const probe = document.createElement("i");
const tip = document.createElement("div");
const fetched = new Map();
const views = new WeakMap();

function startCharts() {
  probe.hidden = true;
  tip.hidden = true;
  tip.className = "tip";
  tip.setAttribute("aria-hidden", "true");
  document.body.append(probe, tip);
  const seen = new IntersectionObserver((entries) => {
    for (const {isIntersecting, target} of entries) {
      if (!isIntersecting) continue;
      seen.unobserve(target);
      draw(target);
    }
  }, {rootMargin: "300px"});
  all(".chart").forEach((place) => seen.observe(place));
  let width = innerWidth, waiting;
  addEventListener("resize", () => {
    if (innerWidth === width) return;
    width = innerWidth;
    clearTimeout(waiting);
    waiting = setTimeout(drawAgain, 150);
  });
}

function drawAgain() {
  all(".chart.is-drawn").forEach(draw);
}

async function draw(place) {
  const {parse, View, Warn, expressionInterpreter} = globalThis.playlakeVega;
  try {
    const spec = inColours(await text(place.dataset.spec));
    const rows = JSON.parse(await text(place.dataset.values))[place.dataset.rows];
    fill(spec, rows, place.clientWidth < 520);
    views.get(place)?.finalize();
    place.replaceChildren();
    const view = new View(parse(spec, null, {ast: true}), {
      container: place,
      expr: expressionInterpreter,
      hover: true,
      logLevel: Warn,
      renderer: "canvas",
      tooltip: showTip,
    });
    const hasSteps = spec.signals?.some(({name}) => name === "x_step");
    if (!hasSteps) view.width(place.clientWidth);
    await view.runAsync();
    views.set(place, view);
    place.classList.add("is-drawn");
  } catch (error) {
    console.error(error);
    place.classList.add("has-failed");
    place.textContent = "This chart could not be drawn. The numbers are below.";
    place.parentElement.querySelector("details").open = true;
  }
}

function text(address) {
  if (!fetched.has(address)) {
    fetched.set(address, fetch(address).then((answer) => {
      if (!answer.ok) throw new Error(`${address}: ${answer.status}`);
      return answer.text();
    }));
  }
  return fetched.get(address);
}

// A chart names its colours as the stylesheet does, so the two cannot differ.
function inColours(spec) {
  return JSON.parse(spec.replace(/"token:([a-z0-9-]+)"/g, (_, token) => {
    probe.className = `token-${token}`;
    return JSON.stringify(getComputedStyle(probe).color);
  }));
}

function fill(spec, rows, isNarrow) {
  spec.data.find(({name}) => name === "rows").values = rows;
  const labels = spec.signals?.find(({name}) => name === "labels");
  if (labels && isNarrow) labels.value = 104;
}

function showTip(_, event, __, value) {
  tip.hidden = value == null || value === "";
  if (tip.hidden) return;
  tip.textContent = Object.entries(value).map((pair) => pair.join(": ")).join("\n");
  const left = Math.min(event.clientX + 14, innerWidth - tip.offsetWidth - 8);
  tip.style.left = `${Math.max(8, left)}px`;
  tip.style.top = `${event.clientY + 16}px`;
}

startTheme();
startFragments();
all("input[data-days]").forEach(startSlider);
document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-copy]");
  if (button) copy(button);
});
if (globalThis.playlakeVega) startCharts();
