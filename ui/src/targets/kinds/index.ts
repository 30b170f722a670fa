import type { Destination, Location, SecretField } from '@/backend';
import type { TargetKind } from './kind';
import { s3 } from './s3';
import { unsupported } from './unsupported';
import { webdav } from './webdav';

/** Every kind of target, in the order of the presets. */
export const kinds: { [Type in Location['type']]: TargetKind<Extract<Location, { type: Type }>> } = {
  webdav,
  s3,
  unsupported,
};

/** The kind of a place. */
export function kindOf(location: Location): TargetKind<Location> {
  // A place is only ever given to the kind of its own type.
  return kinds[location.type] as unknown as TargetKind<Location>;
}

/** The kind that the server's word names in a list of changes. */
export function kindWord(name: string): string {
  return name in kinds ? kinds[name as Location['type']].word() : unsupported.word();
}

/** Whether this version can edit it. */
export function isSupported({ location }: Destination): boolean {
  return location.type !== 'unsupported';
}

/** The secret of a target, as the form sees it; null for a kind without one. */
export function secretOf({ location }: Destination): SecretField | null {
  return kindOf(location).secret(location);
}

/** A copy without its secret. */
export function withoutSecret(target: Destination): Destination {
  const location = kindOf(target.location).withSecret(target.location, { type: 'unset' });
  return { ...target, location };
}

/** The host of a target; its address when that names none. */
export function hostOf({ location }: Destination): string {
  const address = kindOf(location).address(location);
  try {
    return new URL(address).host;
  } catch {
    return address;
  }
}

/** Address and folders in one, without the scheme. */
export function placeOf({ location }: Destination): string {
  const parts = kindOf(location).parts(location);
  const path = parts.map((part) => part.trim().replaceAll(/^\/+|\/+$/g, '')).filter(Boolean);
  return path.join('/').replace(/^https?:\/\//, '');
}

/** The folders below the address. */
export function folderOf({ location }: Destination): string {
  return kindOf(location).parts(location).slice(1).join('/');
}
