// Runs before anything is shown, so that the page never flashes in the other theme.
"use strict";
(() => {
  const root = document.documentElement;
  const preference = matchMedia("(prefers-color-scheme: dark)");
  const stored = () => {
    try {
      return localStorage.getItem("citewell-theme");
    } catch {
      return null; // storage may be switched off
    }
  };
  const apply = () => {
    const theme = stored() || (preference.matches ? "dark" : "light");
    root.dataset.theme = theme;
    // Gradio's own components look at this class.
    document.body?.classList.toggle("dark", theme === "dark");
  };
  const toggle = () => {
    const theme = root.dataset.theme === "dark" ? "light" : "dark";
    try {
      localStorage.setItem("citewell-theme", theme);
    } catch {
      root.dataset.theme = theme;
      document.body.classList.toggle("dark", theme === "dark");
      return;
    }
    apply();
  };
  apply();
  preference.addEventListener("change", apply);
  document.addEventListener("DOMContentLoaded", () => {
    apply();
    // Gradio sets its class once more when it starts.
    new MutationObserver(() => {
      if (document.body.classList.contains("dark") !== (root.dataset.theme === "dark")) apply();
    }).observe(document.body, { attributeFilter: ["class"] });
  });
  document.addEventListener("click", (event) => {
    if (event.target.closest(".cw-theme")) toggle();
  });
})();
