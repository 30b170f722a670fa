import type { Inspection, ServerVerdict, ServerVerdicts, Storage } from '@/backend';

/** What becomes of the data that the server holds; "none" is a fresh instance. */
export type Existing = 'none' | 'replaced' | 'kept';

/** Where a server may keep attachments. */
export const storages: Storage[] = ['r2', 'kv', 'none'];

/** The storage that an inspection's own verdict is for: the one it does not name as another. */
export function storageOf(inspection: Inspection): Storage {
  const own = storages.filter((storage) => inspection.elsewhere.every((other) => other.storage !== storage));
  return own[0] ?? 'r2';
}

/** The same file, judged for a server with this storage: nothing is read again. */
export function judgedFor(inspection: Inspection, storage: Storage): Inspection {
  const chosen = inspection.elsewhere.find((other) => other.storage === storage);
  if (!chosen) return inspection;
  const { server, warnings } = inspection;
  const before = { storage: storageOf(inspection), server, warnings };
  return {
    ...inspection,
    server: chosen.server,
    warnings: chosen.warnings,
    elsewhere: inspection.elsewhere.map((other) => (other === chosen ? before : other)),
  };
}

/** What the server would return, also when it holds data that is to stay. */
export function answers(inspection: Inspection, existing: Existing): ServerVerdicts {
  const { server, withoutReplacing } = inspection;
  if (existing !== 'kept') return server;
  return {
    import: refusedWith(withoutReplacing.import, server.import),
    remoteRestore: refusedWith(withoutReplacing.remoteRestore, server.remoteRestore),
  };
}

function refusedWith(error: string | null, otherwise: ServerVerdict): ServerVerdict {
  return error === null ? otherwise : { accepts: false, error, skipped: {} };
}
