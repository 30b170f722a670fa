/** Whether something has been so for longer than a moment. Ask for it while a component is set up. */
export function forLong(is: () => boolean): () => boolean {
  let long = $state(false);
  $effect(() => {
    if (!is()) return;
    const timer = setTimeout(() => (long = true), 1000);
    return () => {
      clearTimeout(timer);
      long = false;
    };
  });
  return () => long;
}
