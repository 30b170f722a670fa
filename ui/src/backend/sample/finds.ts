import {
  damageKinds,
  warningKinds,
  type Damage,
  type DamageDetail,
  type Warning,
  type WarningDetail,
} from '../bindings';

/** A damage as the core sends it. The window shows its own words, so the key stands for the English ones. */
export function damage(entry: string | null, detail: DamageDetail): Damage {
  const { code, sentence } = damageKinds[detail.kind];
  return { entry, code, message: sentence, detail };
}

/** A warning as the core sends it. */
export function warning(detail: WarningDetail): Warning {
  const { code, severity, sentence, hint } = warningKinds[detail.kind];
  return { code, severity, message: sentence, hint, detail };
}
