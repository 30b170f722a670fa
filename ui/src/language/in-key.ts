/** The part of a message key that names a kind of the core: "find-secret" is `find_secret`. */
export type InKey<Kind extends string> = Kind extends `${infer First}-${infer Rest}`
  ? `${First}_${InKey<Rest>}`
  : Kind;

export function inKey<Kind extends string>(kind: Kind): InKey<Kind> {
  return kind.replaceAll('-', '_') as InKey<Kind>;
}
