// The contents follow the reader, and commands can be copied. The page says the same without this script.
const nav = document.querySelector("nav");
const details = nav.querySelector("details");
const links = [...nav.querySelectorAll("a")];
const headings = links.map((link) => document.getElementById(link.hash.slice(1)));
const wide = matchMedia("(min-width: 76rem)");
nav.classList.add("follows");

function fold() {
  details.open = wide.matches;
}

function follow() {
  const passed = headings.filter((heading) => heading.getBoundingClientRect().top < 120).length;
  const current = links[Math.max(0, passed - 1)];
  const section = current.closest("nav details > ul > li");
  for (const link of links) link.removeAttribute("aria-current");
  for (const item of details.querySelectorAll("li.current")) item.classList.remove("current");
  current.setAttribute("aria-current", "true");
  section.classList.add("current");
  document.getElementById("here").textContent = passed ? section.querySelector("a").textContent : "";
}

let waiting = false;
addEventListener("scroll", () => {
  if (waiting) return;
  waiting = true;
  requestAnimationFrame(() => {
    waiting = false;
    follow();
  });
}, { passive: true });
wide.addEventListener("change", fold);
nav.addEventListener("click", (event) => {
  if (event.target.closest("a") && !wide.matches) details.open = false;
});
fold();
follow();

for (const code of document.querySelectorAll("pre > code:not(.language-text)")) {
  const button = document.createElement("button");
  button.textContent = "Copy";
  button.addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(code.textContent);
    } catch {
      // Where a page may not write to the clipboard: select, and use the older command.
      getSelection().selectAllChildren(code);
      document.execCommand("copy");
    }
    button.textContent = "Copied";
    setTimeout(() => (button.textContent = "Copy"), 2000);
  });
  code.parentElement.before(button);
}
