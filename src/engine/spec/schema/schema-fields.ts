import * as z from 'zod/mini';
import { durationPattern, parseDuration } from '../../text/durations.ts';
import { coresPattern, parseCores, parseSize, sizePattern } from '../../text/quantities.ts';
import { nameExpression, namePattern, nameRule } from '../names.ts';

/*
 * The kinds of fields of a spec. The `error` of each says what is expected; `shapeProblems` adds the actual value. No
 * schema transforms its value, so that the JSON Schema made from these describes what authors write.
 */

/** The registry provides the descriptions of the JSON Schema. */
export function describe<Schema extends z.core.$ZodType>(schema: Schema, description: string): Schema {
  z.globalRegistry.add(schema, { description });
  return schema;
}

/** An optional field. */
export function field<Schema extends z.core.$ZodType>(schema: Schema, description: string) {
  return describe(z.optional(schema), description);
}

/** An object of known fields. Its error lists all names, so that similar ones can be suggested. */
export function fields<Shape extends z.core.$ZodShape>(shape: Shape, error: string) {
  return z.strictObject(shape, {
    error: (issue) =>
      issue.code === 'unrecognized_keys'
        ? Object.keys(shape)
            .filter((name) => !name.startsWith('$'))
            .join(' ')
        : error,
  });
}

export function text(error: string) {
  return z.string({ error }).check(z.regex(/\S/, { error }));
}

/** One text or a list of texts. */
export function texts(one: string, many: string) {
  return z.union([text(one), z.array(text(one), { error: many })], { error: many });
}

export function oneOf<const Values extends readonly string[]>(values: Values) {
  return z.enum(values, { error: values.join(', ').replace(/, ([^,]*)$/, ' or $1') });
}

export function whole(minimum: number, maximum: number, error = `a whole number from ${minimum} to ${maximum}`) {
  return z.number({ error }).check(z.int({ error }), z.gte(minimum, { error }), z.lte(maximum, { error }));
}

export function duration(maximum: number, minimum = 0) {
  const limits = minimum === 0 ? `${maximum} s at most` : `${minimum} s to ${maximum} s`;
  const error = `seconds, or a text such as 500ms, 5s, 2m, 1h; ${limits}`;
  return z
    .union([z.number({ error }), z.string({ error }).check(z.regex(durationPattern, { error }))], { error })
    .check(z.refine((value) => within(parseDuration(value), minimum, maximum), { error }));
}

export function size(minimum: number) {
  const error = `bytes, or a text such as 512Mi, 4G; ${minimum} at least`;
  return z
    .union([z.number({ error }), z.string({ error }).check(z.regex(sizePattern, { error }))], { error })
    .check(z.refine((value) => within(parseSize(value), minimum, Number.MAX_SAFE_INTEGER), { error }));
}

export function cores() {
  const error = 'CPU cores, such as 0.5 or 500m, more than 0';
  return z
    .union([z.number({ error }), z.string({ error }).check(z.regex(coresPattern, { error }))], { error })
    .check(z.refine((value) => within(parseCores(value), Number.MIN_VALUE, 1_000_000), { error }));
}

export function name() {
  return z.string({ error: nameRule }).check(z.regex(namePattern, { error: nameRule }));
}

const memberRule = `the name of a process or group, or group/process; names are ${nameRule}`;
const memberPattern = new RegExp(`^${nameExpression}(/${nameExpression})?$`);

/** The name of a process, a group, or a process in a group. */
export function member() {
  return z.string({ error: memberRule }).check(z.regex(memberPattern, { error: memberRule }));
}

export function members() {
  const error = 'the name of a process or group, or a list of them';
  return z.union([member(), z.array(member(), { error }).check(z.minLength(1, { error }))], { error });
}

export function byMember<Value extends z.core.$ZodType>(value: Value, error: string) {
  return z.record(member(), value, { error });
}

export function byName<Value extends z.core.$ZodType>(value: Value, error: string) {
  return z.record(name(), value, { error });
}

export function services() {
  const error = 'a service name, a list of names, or names with ports';
  const port = 'a port from 1 to 65535, or null for a free one';
  const wanted = z.union([whole(1, 65535, port), z.null({ error: port }), z.literal('auto', { error: port })], {
    error: port,
  });
  return z.union([name(), z.array(name(), { error }), byName(wanted, error)], { error });
}

export function command() {
  const error = 'a command line that is not blank, or a list of a program and its arguments';
  const word = 'a text or a number';
  const argv = z.array(
    z.union([z.string({ error: word }), z.number({ error: word }), z.boolean({ error: word })], { error: word }),
    { error },
  );
  return z.union([text(error), argv.check(z.minLength(1, { error }))], { error });
}

export function shell() {
  const error = 'the name or path of a shell without spaces, or a list with its options: [bash, -l]';
  const argv = z.array(text(error), { error }).check(z.minLength(1, { error }));
  return z.union([z.string({ error }).check(z.regex(/^\S+$/, { error })), argv], { error });
}

export function environment() {
  const names = 'a name of letters, digits and _, not starting with a digit';
  const value = 'a text, a number, true or false, or { secret: true } with fromEnv or fromFile';
  const secret = fields(
    {
      secret: describe(z.literal(true, { error: 'true' }), 'Marks a value that is never shown.'),
      fromEnv: field(text('the name of a variable'), 'The variable of the launching environment that contains it.'),
      fromFile: field(text('the path of a file'), 'The file that contains it; one trailing line end is removed.'),
    },
    value,
  );
  const values = z.union(
    [z.string({ error: value }), z.number({ error: value }), z.boolean({ error: value }), secret],
    {
      error: value,
    },
  );
  return z.record(z.string().check(z.regex(/^[A-Za-z_][A-Za-z0-9_]*$/, { error: names })), values, {
    error: 'names with values',
  });
}

export function section(backend: string) {
  const error = `fields of the ${backend} backend, by name`;
  return field(z.record(z.string(), z.unknown(), { error }), `Settings of the ${backend} backend.`);
}

function within(value: number | undefined, minimum: number, maximum: number): boolean {
  return value !== undefined && value >= minimum && value <= maximum;
}
