/** Which rows of a long list are on screen. */
export type Slice = { first: number; end: number };

/** Rows drawn beyond either edge, so that a quick scroll shows no gap. */
const spare = 8;

/** The rows to draw of `count` equally high ones, seen through a window of `height`. */
export function visibleRows(scrollTop: number, height: number, rowHeight: number, count: number): Slice {
  const top = Math.max(0, Math.min(scrollTop, count * rowHeight - height));
  const first = Math.max(0, Math.floor(top / rowHeight) - spare);
  const end = Math.min(count, Math.ceil((top + height) / rowHeight) + spare);
  return { first, end };
}

/** Where to scroll so that a row is in view; where it is already, when it is. */
export function scrollTo(row: number, scrollTop: number, height: number, rowHeight: number): number {
  const top = row * rowHeight;
  if (top < scrollTop) return top;
  if (top + rowHeight > scrollTop + height) return top + rowHeight - height;
  return scrollTop;
}

/** Where each of these heights begins, and where the last one ends. */
export function offsets(heights: number[]): number[] {
  const tops = [0];
  for (const height of heights) tops.push(tops[tops.length - 1]! + height);
  return tops;
}

/** The items to draw of those that begin at `tops`, seen through a window of `height`. */
export function visibleItems(tops: number[], scrollTop: number, height: number): Slice {
  const count = tops.length - 1;
  const top = Math.max(0, Math.min(scrollTop, tops[count]! - height));
  return {
    first: Math.max(0, at(tops, top) - spare),
    end: Math.min(count, at(tops, top + height) + 1 + spare),
  };
}

/** The last item that begins at or before this place. */
function at(tops: number[], place: number): number {
  let [low, high] = [0, tops.length - 1];
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (tops[middle]! <= place) low = middle;
    else high = middle - 1;
  }
  return low;
}
