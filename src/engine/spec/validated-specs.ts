import type { ExperimentSpec } from './experiment-spec.ts';

const validated = new WeakSet<ExperimentSpec>();

/** Notes that a spec was checked, and freezes it so that this stays true. */
export function markValidated(spec: ExperimentSpec): ExperimentSpec {
  validated.add(freezeDeeply(spec));
  return spec;
}

/** Whether this very object came out of the parser, so that it need not be checked again. */
export function isValidated(spec: ExperimentSpec): boolean {
  return validated.has(spec);
}

function freezeDeeply<Value extends object>(value: Value): Value {
  for (const inner of Object.values(value)) if (typeof inner === 'object' && inner !== null) freezeDeeply(inner);
  return Object.freeze(value);
}
