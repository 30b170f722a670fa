import type { Location, Provider, SecretField } from '@/backend';
import type { TargetKind } from './kind';
import { other } from './other';
import { s3 } from './s3';
import { webdav } from './webdav';

/** Every kind of target, in the order of the presets. */
export const kinds: { [T in Location['type']]: TargetKind<T> } = { webdav, s3, other };

/** What the window knows of a kind of target. */
export function kindOf(type: Provider): TargetKind<Location['type']> {
  // Each function of a descriptor takes the locations of its own kind only; `describe` pairs them.
  return kinds[type === 'e3' ? 's3' : type] as unknown as TargetKind<Location['type']>;
}

/** A location with everything that its kind says of it. */
export function describe(location: Location) {
  const kind = kindOf(location.type);
  return {
    ...kind,
    address: kind.address(location),
    folder: kind.folder(location),
    values: kind.values(location),
    needed: kind.needed(location),
    secret: kind.secret(location),
    secretLabel: kind.secretLabel(),
    withSecret: (secret: SecretField): Location => kind.withSecret(location, secret),
  };
}
