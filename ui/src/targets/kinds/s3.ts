import Cloud from '@lucide/svelte/icons/cloud';
import type { Location } from '@/backend';
import { m } from '@/messages/messages';
import type { TargetKind } from './kind';
import Fields from './S3Fields.svelte';

export const s3: TargetKind<Extract<Location, { type: 's3' }>> = {
  word: m.provider_s3,
  group: m.targets_s3_kinds,
  icon: Cloud,
  Fields,
  secretWord: m.target_secret_key,
  secret: (location) => location.secretAccessKey,
  withSecret: (location, secretAccessKey) => ({ ...location, secretAccessKey }),
  address: (location) => location.endpoint,
  parts: (location) => [location.endpoint, location.bucket, location.rootPath],
  needed: (location) => [location.endpoint, location.bucket, location.accessKeyId],
  lines: (location) => [
    [m.target_endpoint(), location.endpoint],
    [m.target_bucket(), location.bucket],
    [m.target_region(), location.region],
    [m.target_access_key(), location.accessKeyId],
    [m.target_root_path(), location.rootPath],
  ],
};
