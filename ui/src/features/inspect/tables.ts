import type { BackupTable } from '@/backend';
import { m } from '@/messages/messages';

/** Every table of a backup. One that is missing here does not compile. */
const tables: Record<BackupTable, () => string> = {
  users: m.inspect_table_users,
  ciphers: m.inspect_table_ciphers,
  folders: m.inspect_table_folders,
  attachments: m.inspect_table_attachments,
  config: m.inspect_table_config,
  domain_settings: m.inspect_table_domain_settings,
  user_revisions: m.inspect_table_user_revisions,
  webauthn_credentials: m.inspect_table_webauthn_credentials,
};

/** The tables in the order people care for. */
export const tableOrder: string[] = Object.keys(tables);

/** What a table is called; its own name when the app does not know it. */
export function tableWord(table: string): string {
  return (tables as Record<string, () => string>)[table]?.() ?? table;
}
