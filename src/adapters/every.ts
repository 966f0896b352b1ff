/**
 * Does something every so many seconds, never twice at once, and keeps no process alive for it.
 * Returns a function that ends it.
 */
export function every(seconds: number, work: () => Promise<void>): () => void {
  let isBusy = false;
  const timer = setInterval(() => {
    if (!isBusy) {
      isBusy = true;
      void work().finally(() => {
        isBusy = false;
      });
    }
  }, seconds * 1_000);
  timer.unref();
  return () => clearInterval(timer);
}
