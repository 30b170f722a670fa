import type { BackupSettings, Destination, Preset } from '../bindings';
import { before } from './world';

const hour = 3600_000;

/** The sample server's targets: the same ones that its board shows. */
export const settings: BackupSettings = {
  destinations: [
    {
      id: 'nas',
      name: 'Attic NAS',
      includesAttachments: true,
      location: {
        type: 'webdav',
        baseUrl: 'https://dav.lindqvist.example/backup',
        username: 'nodewarden',
        password: { type: 'kept' },
        remotePath: 'nodewarden',
      },
      schedule: {
        enabled: true,
        intervalHours: 24,
        startTime: '03:30',
        timezone: 'Europe/Stockholm',
        retentionCount: 30,
      },
      runtime: { lastAttemptAt: before(12 * hour), lastSuccessAt: before(12 * hour) },
    },
    {
      id: 'r2',
      name: 'R2 offsite',
      includesAttachments: false,
      location: {
        type: 's3',
        endpoint: 'https://3f9c.r2.cloudflarestorage.com',
        bucket: 'offsite',
        addressingStyle: 'path-style',
        region: 'auto',
        accessKeyId: '8c1f20aa7e',
        secretAccessKey: { type: 'kept' },
        rootPath: 'nodewarden',
      },
      schedule: {
        enabled: true,
        intervalHours: 12,
        startTime: '00:00',
        timezone: 'UTC',
        retentionCount: null,
      },
      runtime: { lastAttemptAt: before(3 * hour), lastSuccessAt: before(3 * hour) },
    },
  ],
};

/** A target that was filled in with several mistakes. */
export const mistaken: Destination = {
  ...settings.destinations[1]!,
  id: 'mistaken',
  name: 'Cellar box',
  location: {
    type: 's3',
    endpoint: 'http://192.168.1.20:9000/nodewarden',
    bucket: 'Nodewarden_Backups',
    addressingStyle: 'virtual-hosted-style',
    region: 'us-east-1',
    accessKeyId: ' minio',
    secretAccessKey: { type: 'unset' },
    rootPath: '',
  },
  schedule: {
    enabled: true,
    intervalHours: 120,
    startTime: '3:00',
    timezone: 'Mars/Olympus',
    retentionCount: 1,
  },
};

function webdav(id: string, name: string, baseUrl: string, appPassword: boolean): Preset {
  const location = {
    type: 'webdav' as const,
    baseUrl,
    username: '',
    password: { type: 'unset' as const },
    remotePath: 'nodewarden',
  };
  return { id, name, appPassword, location };
}

function s3(id: string, name: string, endpoint: string, region: string, virtual = false): Preset {
  const location = {
    type: 's3' as const,
    endpoint,
    bucket: '',
    addressingStyle: virtual ? ('virtual-hosted-style' as const) : ('path-style' as const),
    region,
    accessKeyId: '',
    secretAccessKey: { type: 'unset' as const },
    rootPath: 'nodewarden',
  };
  return { id, name, appPassword: false, location };
}

/** What the core offers, in its order. */
export const presets: Preset[] = [
  webdav('webdav', 'WebDAV', 'https://HOST/PATH', false),
  webdav('nextcloud', 'Nextcloud', 'https://HOST/remote.php/dav/files/USER', true),
  webdav('owncloud', 'ownCloud', 'https://HOST/remote.php/webdav', true),
  webdav('koofr', 'Koofr', 'https://app.koofr.net/dav/Koofr', true),
  webdav('jianguoyun', '坚果云 (Jianguoyun)', 'https://dav.jianguoyun.com/dav', true),
  webdav('infinicloud', 'InfiniCLOUD', 'https://HOST.teracloud.jp/dav', true),
  webdav('pcloud', 'pCloud (US)', 'https://webdav.pcloud.com', false),
  webdav('pcloud-eu', 'pCloud (EU)', 'https://ewebdav.pcloud.com', false),
  webdav('hetzner', 'Hetzner Storage Box', 'https://USER.your-storagebox.de', false),
  webdav('synology', 'Synology WebDAV Server', 'https://HOST:5006', false),
  s3('s3', 'S3', 'https://HOST', 'us-east-1'),
  s3('r2', 'Cloudflare R2', 'https://ACCOUNT.r2.cloudflarestorage.com', 'auto'),
  s3('aws', 'Amazon S3', 'https://s3.REGION.amazonaws.com', 'REGION', true),
  s3('backblaze', 'Backblaze B2', 'https://s3.REGION.backblazeb2.com', 'REGION'),
  s3('wasabi', 'Wasabi', 'https://s3.REGION.wasabisys.com', 'REGION'),
  s3('minio', 'MinIO', 'https://HOST', 'us-east-1'),
  s3('spaces', 'DigitalOcean Spaces', 'https://REGION.digitaloceanspaces.com', 'us-east-1'),
  s3('scaleway', 'Scaleway', 'https://s3.REGION.scw.cloud', 'REGION'),
  s3('tencent', '腾讯云 COS (Tencent)', 'https://cos.REGION.myqcloud.com', 'REGION', true),
  s3('aliyun', '阿里云 OSS (Alibaba)', 'https://s3.oss-REGION.aliyuncs.com', 'oss-REGION', true),
];
