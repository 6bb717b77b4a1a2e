/** Says, after the frame that showed it, that the list or the first view is on the screen. */
export async function markPainted(): Promise<void> {
  await new Promise<void>((done) => {
    requestAnimationFrame(() => {
      setTimeout(done);
    });
  });
  performance.mark('octavo:list-painted');
  document.documentElement.dataset.painted = 'true';
}
