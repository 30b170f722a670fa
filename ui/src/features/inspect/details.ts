import type { BackupTable, DamageDetail, HeaderField, TableChange, WarningDetail } from '@/backend';
import { number } from '@/language/format';
import { m } from '@/messages/messages';
import { tableWord } from './tables';

export type MessageKey = keyof typeof m;

type AnyDetail = DamageDetail | WarningDetail;
type Field<D> = D extends unknown ? Exclude<keyof D, 'kind'> : never;
type ValueOf<D, F extends PropertyKey> = D extends { [K in F]: infer V } ? V : never;

/** Fields whose values are neither a number nor a text that is shown as it is. */
type WordedField = {
  [F in Field<AnyDetail>]: string extends ValueOf<AnyDetail, F>
    ? never
    : number extends ValueOf<AnyDetail, F>
      ? never
      : F;
}[Field<AnyDetail>];

const headerFields: Record<HeaderField, () => string> = {
  name: m.inspect_field_name,
  flags: m.inspect_field_flags,
  method: m.inspect_field_method,
  checksum: m.inspect_field_checksum,
  'packed-size': m.inspect_field_packed_size,
  size: m.inspect_field_size,
  time: m.inspect_field_time,
  version: m.inspect_field_version,
};

const names = (values: string[]) => values.join(m.list_comma());

const change = ({ table, now, then }: TableChange) =>
  m.inspect_change({ what: tableWord(table), now: number(now), then: number(then) });

/** How they are shown. One that is missing here does not compile. */
const worded: { [F in WordedField]: (value: ValueOf<AnyDetail, F>) => string } = {
  table: (table: BackupTable) => tableWord(table),
  fields: (fields) => names(fields.map((field) => headerFields[field]())),
  changes: (changes) => changes.map(change).join(m.inspect_change_comma()),
  emails: names,
  methods: names,
  tables: names,
};

/** A value as it stands in a sentence. */
function shown(name: string, value: unknown): unknown {
  if (typeof value === 'number') return number(value);
  const words = (worded as Record<string, (value: never) => string>)[name];
  return words ? words(value as never) : value;
}

/** The sentence with this key and the values of the detail, in the person's language. */
export function sentenceOf(key: MessageKey, detail: AnyDetail): string {
  const { kind: _, ...fields } = detail;
  const values: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(fields)) values[name] = shown(name, value);
  // The plural form follows from the number itself.
  if ('count' in detail) Object.assign(values, { count: detail.count, shown: number(detail.count) });
  return (m[key] as (values: Record<string, unknown>) => string)(values);
}
