import { m } from '@/messages/messages';
import type { Words } from './wording';

const unreachable = { sentence: m.target_unreachable, hint: m.target_unreachable_hint };
const refused = { sentence: m.target_s3_refused, hint: m.target_s3_refused_hint };
const notWritable = { sentence: m.target_s3_not_writable, hint: m.target_s3_not_writable_hint };
const redirected = { sentence: m.target_redirected, hint: m.target_redirected_hint };
const wrongPlace = { sentence: m.target_405, hint: m.target_405_hint };
const form = { sentence: m.target_form, hint: m.target_form_hint };
const failed = { sentence: m.target_5xx, hint: m.target_5xx_hint };
const cut = { sentence: m.target_52x, hint: m.target_52x_hint };
const certificate = { sentence: m.target_526, hint: m.target_526_hint };

/** Causes that have a name, and statuses that mean the same wherever they come from. */
const anywhere: Record<string, Words> = {
  unreachable,
  redirects: { sentence: m.target_redirects, hint: m.target_redirects_hint },
  subrequests: { sentence: m.target_subrequests, hint: m.target_subrequests_hint },
  cpu: { sentence: m.target_cpu, hint: m.target_cpu_hint },
  memory: { sentence: m.target_memory, hint: m.target_memory_hint },
  clock: { sentence: m.target_clock, hint: m.target_clock_hint },
  signature: { sentence: m.target_signature, hint: m.target_signature_hint },
  key: { sentence: m.target_key, hint: m.target_key_hint },
  bucket: { sentence: m.target_bucket_missing, hint: m.target_bucket_missing_hint },
  incomplete: { sentence: m.target_incomplete, hint: m.target_incomplete_hint },
  '401': { sentence: m.target_401, hint: m.target_401_hint },
  '403': { sentence: m.target_403, hint: m.target_403_hint },
  '404': { sentence: m.target_404, hint: m.target_404_hint },
  '405': wrongPlace,
  '409': wrongPlace,
  '411': form,
  '413': { sentence: m.target_413, hint: m.target_413_hint },
  '423': { sentence: m.target_423, hint: m.target_423_hint },
  '429': { sentence: m.target_429, hint: m.target_429_hint },
  '500': failed,
  '501': form,
  '502': failed,
  '503': failed,
  '504': failed,
  '507': { sentence: m.target_507, hint: m.target_507_hint },
  '520': cut,
  '521': cut,
  '522': cut,
  '523': cut,
  '524': cut,
  '525': certificate,
  '526': certificate,
  '530': { sentence: m.target_530, hint: m.target_530_hint },
};

/** What S3 means by a status differs. */
const s3: Record<string, Words> = {
  '301': redirected,
  '307': redirected,
  '400': { sentence: m.target_malformed, hint: m.target_malformed_hint },
  '401': refused,
  '403': refused,
  '404': { sentence: m.target_s3_404, hint: m.target_s3_404_hint },
};

/** A refused write says less about the account than about what it may do. */
const s3Writing: Record<string, Words> = { '401': notWritable, '403': notWritable };
const writing: Record<string, Words> = {
  '403': { sentence: m.target_not_writable, hint: m.target_not_writable_hint },
};

const writes = ['upload', 'delete', 'directory creation', 'mkdir'];

/** What a target's failure means: by its status or named cause, by who said it, and to what. */
export function targetWords(values: { [key in string]: string }): Words | undefined {
  const { targetStatus: status, provider, operation } = values;
  if (values.reason === 'redirect-elsewhere') {
    const host = values.host ?? '';
    return {
      sentence: () => m.target_redirects_elsewhere({ host }),
      hint: m.target_redirects_elsewhere_hint,
    };
  }
  if (values.reason === 'index-unreadable') {
    return { sentence: m.error_index_unreadable, hint: m.error_index_unreadable_hint };
  }
  if (values.reason === 'redirect-loop') {
    return { sentence: m.target_redirects_loop, hint: m.target_redirects_loop_hint };
  }
  if (!status) return undefined;
  const isWrite = operation !== undefined && writes.includes(operation);
  const own = provider === 'S3' ? [isWrite ? s3Writing : {}, s3] : [isWrite ? writing : {}];
  return [...own, anywhere].find((table) => status in table)?.[status];
}
