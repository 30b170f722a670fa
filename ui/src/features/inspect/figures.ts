import type { Damage } from '@/backend';
import { number } from '@/language/format';
import { m } from '@/messages/messages';
import { tableWord } from './tables';

/** Finds whose figures are sizes. */
const sizes = ['size-differs', 'body-size'];

const fields: Record<string, () => string> = {
  name: m.inspect_field_name,
  flags: m.inspect_field_flags,
  method: m.inspect_field_method,
  checksum: m.inspect_field_checksum,
  'packed size': m.inspect_field_packed_size,
  size: m.inspect_column_size,
  time: m.inspect_field_time,
  version: m.inspect_field_version,
};

const sums: Record<string, () => string> = {
  bodies: m.inspect_sum_bodies,
  'body-bytes': m.inspect_sum_bytes,
  'largest-body': m.inspect_sum_largest,
  size: m.inspect_column_size,
  'attachments-left-out': m.inspect_sum_left_out,
};

/** Sums that are sizes. */
const sizedSums = ['body-bytes', 'largest-body', 'size'];

function count(value: string): string {
  return /^\d+$/.test(value) ? number(Number(value)) : value;
}

/** The figures and names of a find, each with what it is; empty when it has none. */
export function figuresOf({ code, values = {} }: Damage): string {
  const isSize = sizes.includes(code) || sizedSums.includes(values.what ?? '');
  const figure = (value: string) => (isSize ? m.inspect_figure_bytes({ count: count(value) }) : count(value));
  const said: Record<string, (value: string) => string> = {
    what: (value) => sums[value]?.() ?? value,
    table: (value) => tableWord(value),
    name: (value) => value,
    bytes: (value) => m.inspect_figure_bytes({ count: count(value) }),
    expected: (value) => m.inspect_figure_expected({ count: figure(value) }),
    found: (value) => m.inspect_figure_found({ count: figure(value) }),
    at: (value) => m.inspect_figure_at({ at: count(value) }),
    method: (value) => m.inspect_figure_method({ method: value }),
    fields: (value) =>
      value
        .split(', ')
        .map((field) => fields[field]?.() ?? field)
        .join(m.inspect_figure_comma()),
    count: (value) => m.inspect_figure_count({ count: count(value) }),
  };
  return Object.entries(said)
    .flatMap(([name, say]) => (values[name] === undefined ? [] : [say(values[name])]))
    .join(m.inspect_figure_comma());
}
