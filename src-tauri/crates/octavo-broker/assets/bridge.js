"use strict";
// The page works without this file. It spares a click, and offers the clipboard.
(() => {
  const link = document.getElementById("open");
  const field = document.getElementById("address");
  const copy = document.getElementById("copy");
  const said = document.getElementById("said");

  // The answer has no business in the browser's history once it stands on the page.
  history.replaceState(null, "", location.pathname);

  field.addEventListener("focus", () => field.select());
  copy.hidden = false;
  copy.addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(field.value);
      said.textContent = copy.dataset.done;
    } catch {
      field.focus();
      field.select();
      said.textContent = copy.dataset.failed;
    }
  });

  // Leaving for another program stops what is still loading, so the page comes first.
  addEventListener("load", () => setTimeout(() => location.assign(link.href)), { once: true });
})();
