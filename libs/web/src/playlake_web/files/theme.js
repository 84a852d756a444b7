// Runs before anything is drawn, so that a chosen theme never flashes as the other one.
const chosen = localStorage.getItem("theme");
if (chosen === "light" || chosen === "dark") document.documentElement.dataset.theme = chosen;
