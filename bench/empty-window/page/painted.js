// Says when the page was painted, in the same words as Octavo's own window.
requestAnimationFrame(() =>
  requestAnimationFrame(() => {
    performance.mark("octavo:list-painted");
    document.documentElement.dataset.painted = "true";
  }),
);
