/** A variable that Symphony sets is missing or invalid; the message names it. */
export class EnvironmentError extends Error {}

/**
 * The address of a service: to listen on in the process that binds it, and to connect to in all others.
 * @param {string} service
 * @param {NodeJS.ProcessEnv} [env]
 */
export function addressOf(service, env = process.env) {
  const name = `SYMPH_${service.toUpperCase().replaceAll('-', '_')}`;
  const host = required(`${name}_HOST`, env);
  const port = wholeNumber(`${name}_PORT`, required(`${name}_PORT`, env));
  if (port < 1 || port > 65535) throw new EnvironmentError(`${name}_PORT is ${port}, which is not a port`);
  return { host, port };
}

/** This process's replica number; 0 without replicas. */
export function replicaNumber(env = process.env) {
  return env.SYMPH_REPLICA ? wholeNumber('SYMPH_REPLICA', env.SYMPH_REPLICA) : 0;
}

/** This process's name, such as `agent-2`. @param {string} program */
export function processName(program, env = process.env) {
  const name = env.SYMPH_PROCESS || program;
  const replica = env.SYMPH_REPLICA;
  return !replica || name.endsWith(`-${replica}`) ? name : `${name}-${replica}`;
}

/** @param {string} variable @param {NodeJS.ProcessEnv} env */
function required(variable, env) {
  const value = env[variable];
  if (value) return value;
  throw new EnvironmentError(`${variable} is not set: start this program with Symphony, which sets it`);
}

/** @param {string} variable @param {string} value */
function wholeNumber(variable, value) {
  if (/^\d{1,9}$/.test(value)) return Number(value);
  throw new EnvironmentError(`${variable} is '${value}', which is not a whole number`);
}
