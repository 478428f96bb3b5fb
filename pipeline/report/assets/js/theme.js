// Chooses the colours before anything is drawn: what was chosen by the button, or else what the system prefers.
const THEME_KEY = "cordiale-theme";
const prefersDark = matchMedia("(prefers-color-scheme: dark)");
const storedTheme = () => { try { return localStorage.getItem(THEME_KEY); } catch { return null; } };
const applyTheme = (theme) => {
  document.documentElement.dataset.theme = theme;
  document.dispatchEvent(new Event("themechange"));
};
applyTheme(storedTheme() ?? (prefersDark.matches ? "dark" : "light"));
prefersDark.addEventListener("change", () => storedTheme() ?? applyTheme(prefersDark.matches ? "dark" : "light"));
document.addEventListener("DOMContentLoaded", () => {
  const button = document.getElementById("theme");
  const show = () => button.setAttribute("aria-pressed", String(document.documentElement.dataset.theme === "dark"));
  button.addEventListener("click", () => {
    const theme = document.documentElement.dataset.theme === "dark" ? "light" : "dark";
    try { localStorage.setItem(THEME_KEY, theme); } catch { /* a page without storage forgets */ }
    applyTheme(theme);
    show();
  });
  show();
});
// Paper is white: what is printed is printed in light colours.
let themeOnScreen;
addEventListener("beforeprint", () => { themeOnScreen = document.documentElement.dataset.theme; applyTheme("light"); });
addEventListener("afterprint", () => applyTheme(themeOnScreen));
