import Cloud from '@lucide/svelte/icons/cloud';
import { m } from '@/messages/messages';
import type { TargetKind } from './kind';
import Fields from './S3Fields.svelte';

export const s3: TargetKind<'s3'> = {
  word: m.provider_s3,
  group: m.targets_s3_kinds,
  icon: Cloud,
  Fields,
  address: (location) => location.endpoint,
  folder: (location) => [location.bucket, location.rootPath],
  values: (location) => [
    [m.target_endpoint(), location.endpoint],
    [m.target_bucket(), location.bucket],
    [m.target_region(), location.region],
    [m.target_access_key(), location.accessKeyId],
    [m.target_root_path(), location.rootPath],
  ],
  needed: (location) => [location.endpoint, location.bucket, location.accessKeyId],
  secret: (location) => location.secretAccessKey,
  secretLabel: m.target_secret_key,
  withSecret: (location, secretAccessKey) => ({ ...location, secretAccessKey }),
  editable: true,
};
