import type { DeskPlaceForm, DeskSchedule, DeskTarget, DeskTargetForm } from '@/backend';
import { zoneHere } from '@/features/targets/zones';

/** A desk target in the form. Each kind of place keeps what was typed for it. */
export type Draft = {
  id: string | null;
  name: string;
  type: DeskPlaceForm['type'];
  folder: string;
  webdav: Extract<DeskPlaceForm, { type: 'webdav' }>;
  s3: Extract<DeskPlaceForm, { type: 's3' }>;
  attachments: boolean;
  when: DeskSchedule['type'];
  hours: string;
  at: string;
  zone: string;
  keep: string;
  httpAccepted: boolean;
  caFile: string | null;
};

/** What the form begins with. */
export function draftOf(target?: DeskTarget): Draft {
  const place = target?.place;
  const schedule = target?.schedule;
  return {
    id: target?.id ?? null,
    name: target?.name ?? '',
    type: place?.type ?? 'folder',
    folder: place?.type === 'folder' ? place.path : '',
    webdav:
      place?.type === 'webdav'
        ? { ...place }
        : {
            type: 'webdav',
            baseUrl: '',
            username: '',
            password: { type: 'unset' },
            remotePath: 'nodewarden',
          },
    s3:
      place?.type === 's3'
        ? { ...place }
        : {
            type: 's3',
            endpoint: '',
            bucket: '',
            addressingStyle: 'path-style',
            region: 'auto',
            accessKeyId: '',
            secretAccessKey: { type: 'unset' },
            rootPath: '',
          },
    attachments: target?.attachments ?? true,
    when: schedule?.type ?? 'daily',
    hours: schedule?.type === 'every' ? String(schedule.hours) : '24',
    at: schedule?.type === 'daily' ? schedule.at : '03:00',
    zone: schedule?.type === 'daily' ? schedule.zone : zoneHere(),
    keep: target ? String(target.retention ?? '') : '30',
    httpAccepted: target?.httpAccepted ?? false,
    caFile: target?.caFile ?? null,
  };
}

/** What is no whole number is 0: the core says what is wrong with that. */
function whole(text: string): number {
  return /^\d{1,6}$/.test(text.trim()) ? Number(text) : 0;
}

function placeOf(draft: Draft): DeskPlaceForm {
  if (draft.type === 'folder') return { type: 'folder', path: draft.folder };
  return draft.type === 'webdav' ? draft.webdav : draft.s3;
}

function scheduleOf(draft: Draft): DeskSchedule {
  if (draft.when === 'off') return { type: 'off' };
  return draft.when === 'every'
    ? { type: 'every', hours: whole(draft.hours) }
    : { type: 'daily', at: draft.at.trim(), zone: draft.zone };
}

/** What is sent to be saved. */
export function formOf(draft: Draft): DeskTargetForm {
  return {
    id: draft.id,
    name: draft.name,
    place: placeOf(draft),
    attachments: draft.attachments,
    schedule: scheduleOf(draft),
    retention: draft.keep.trim() === '' ? null : whole(draft.keep),
    httpAccepted: draft.httpAccepted,
    caFile: draft.type === 'folder' ? null : draft.caFile,
  };
}

/** The address is plain http to another computer. */
export function isPlainHttp(draft: Draft): boolean {
  const address =
    draft.type === 'webdav' ? draft.webdav.baseUrl : draft.type === 's3' ? draft.s3.endpoint : '';
  return /^\s*http:\/\/(?!localhost|127\.|\[::1\])/i.test(address);
}
