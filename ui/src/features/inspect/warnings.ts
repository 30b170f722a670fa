import type { Warning, WarningCode } from '@/backend';
import { bytes, number } from '@/language/format';
import { m } from '@/messages/messages';
import { tableWord } from './tables';

type Values = Warning['values'];
type Words = { text: (values: Values) => string; hint: () => string };

function counted(values: Values, name = 'count'): string {
  const value = values[name];
  return value === undefined ? '' : /^\d+$/.test(value) ? number(Number(value)) : value;
}

const limits: Record<string, () => string> = {
  bytes: m.inspect_limit_bytes,
  'unpacked-bytes': m.inspect_limit_unpacked_bytes,
  'rows-bytes': m.inspect_limit_rows_bytes,
  entries: m.inspect_limit_entries,
};

function overLimit(values: Values): string {
  const what = values.what ?? '';
  const show = (text = '0') => (what === 'entries' ? number(Number(text)) : bytes(Number(text)));
  return m.inspect_warning_over_limit({
    what: limits[what]?.() ?? what,
    found: show(values.found),
    limit: show(values.limit),
  });
}

function changes(values: Values): string {
  const tables = ['users', 'ciphers', 'folders', 'attachments'].filter((table) => `${table}Now` in values);
  const lines = tables.map((table) =>
    m.inspect_change({
      what: tableWord(table),
      now: counted(values, `${table}Now`),
      then: counted(values, `${table}Then`),
    }),
  );
  return m.inspect_warning_differs_from_instance({ changes: lines.join('; ') });
}

/** Every code of the core. One that is missing here does not compile. */
const known: Record<Exclude<WarningCode, 'other'>, Words> = {
  'damage-accepted': {
    text: m.inspect_warning_damage_accepted,
    hint: m.inspect_warning_damage_accepted_hint,
  },
  'name-without-hash': {
    text: m.inspect_warning_name_without_hash,
    hint: m.inspect_warning_name_without_hash_hint,
  },
  'extra-entries': {
    text: (values) => m.inspect_warning_extra_entries({ count: counted(values), first: values.first ?? '' }),
    hint: m.inspect_warning_extra_entries_hint,
  },
  'packed-in-folder': {
    text: (values) => m.inspect_warning_packed_in_folder({ folder: values.folder ?? '' }),
    hint: m.inspect_warning_packed_in_folder_hint,
  },
  'backslash-names': {
    text: m.inspect_warning_backslash_names,
    hint: m.inspect_warning_backslash_names_hint,
  },
  'password-protected': {
    text: m.inspect_warning_password_protected,
    hint: m.inspect_warning_password_protected_hint,
  },
  'packed-otherwise': {
    text: (values) => m.inspect_warning_packed_otherwise({ methods: values.methods ?? '' }),
    hint: m.inspect_warning_packed_otherwise_hint,
  },
  'number-taken-for-hash': {
    text: (values) => m.inspect_warning_number_taken_for_hash({ digits: values.digits ?? '' }),
    hint: m.inspect_warning_number_taken_for_hash_hint,
  },
  'byte-order-mark': {
    text: m.inspect_warning_byte_order_mark,
    hint: m.inspect_warning_byte_order_mark_hint,
  },
  'over-limit': { text: overLimit, hint: m.inspect_warning_over_limit_hint },
  'bodies-elsewhere': {
    text: (values) => m.inspect_warning_bodies_elsewhere({ count: counted(values) }),
    hint: m.inspect_warning_bodies_elsewhere_hint,
  },
  'no-attachments': { text: m.inspect_warning_no_attachments, hint: m.inspect_warning_no_attachments_hint },
  'oversized-for-kv': {
    text: (values) => m.inspect_warning_oversized_for_kv({ count: counted(values) }),
    hint: m.inspect_warning_oversized_for_kv_hint,
  },
  'no-storage': {
    text: (values) => m.inspect_warning_no_storage({ count: counted(values) }),
    hint: m.inspect_warning_no_storage_hint,
  },
  'no-users': { text: m.inspect_warning_no_users, hint: m.inspect_warning_no_users_hint },
  'no-active-administrator': {
    text: m.inspect_warning_no_active_administrator,
    hint: m.inspect_warning_no_active_administrator_hint,
  },
  'acting-account-missing': {
    text: (values) => m.inspect_warning_acting_account_missing({ email: values.email ?? '' }),
    hint: m.inspect_warning_acting_account_missing_hint,
  },
  'acting-account-not-administrator': {
    text: (values) => m.inspect_warning_acting_account_not_administrator({ email: values.email ?? '' }),
    hint: m.inspect_warning_acting_account_missing_hint,
  },
  'no-backup-settings': {
    text: m.inspect_warning_no_backup_settings,
    hint: m.inspect_warning_no_backup_settings_hint,
  },
  'settings-unreadable': {
    text: m.inspect_warning_settings_unreadable,
    hint: m.inspect_warning_settings_unreadable_hint,
  },
  'settings-in-the-clear': {
    text: m.inspect_warning_settings_in_the_clear,
    hint: m.inspect_warning_settings_in_the_clear_hint,
  },
  'nobody-can-repair': {
    text: m.inspect_warning_nobody_can_repair,
    hint: m.inspect_warning_nobody_can_repair_hint,
  },
  'settings-need-repair': {
    text: (values) => m.inspect_warning_settings_need_repair({ emails: values.emails ?? '' }),
    hint: m.inspect_warning_settings_need_repair_hint,
  },
  'sends-not-included': {
    text: m.inspect_warning_sends_not_included,
    hint: m.inspect_warning_sends_not_included_hint,
  },
  'differs-from-instance': { text: changes, hint: m.inspect_warning_differs_from_instance_hint },
  'two-step-exposed': {
    text: (values) =>
      m.inspect_warning_two_step_exposed({
        totp: counted(values, 'totp'),
        recovery: counted(values, 'recovery'),
      }),
    hint: m.inspect_warning_two_step_exposed_hint,
  },
  'unused-bodies': {
    text: (values) => m.inspect_warning_unused_bodies({ count: counted(values) }),
    hint: m.inspect_warning_unused_bodies_hint,
  },
  'unknown-tables': {
    text: (values) => m.inspect_warning_unknown_tables({ tables: values.tables ?? '' }),
    hint: m.inspect_warning_unknown_tables_hint,
  },
};

/** None for a code that only a newer core knows. */
function wordsOf({ code }: Warning): Words | undefined {
  return code === 'other' ? undefined : known[code];
}

/** A warning in the person's language; the core's English when it is a new one. */
export function warningText(warning: Warning): string {
  return wordsOf(warning)?.text(warning.values) ?? warning.message;
}

/** What to do about it. */
export function warningHint(warning: Warning): string {
  return wordsOf(warning)?.hint() ?? warning.hint;
}
