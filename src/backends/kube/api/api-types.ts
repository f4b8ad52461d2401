import type { V1ListMeta, V1ObjectMeta } from '@kubernetes/client-node';

/*
 * The types of the client library describe objects after it has parsed them. Symphony reads and writes the JSON of the API
 * itself, in which times are text.
 */

/** The library renames fields that are words of JavaScript: `_continue`. */
type JsonName<Field> = Field extends `_${infer Name}` ? Name : Field;

/** An object as the API is sent it, with the fields that the library's type requires. */
export type ToApi<Type> = Type extends Date
  ? string
  : Type extends readonly (infer Item)[]
    ? readonly ToApi<Item>[]
    : Type extends object
      ? { readonly [Field in keyof Type as JsonName<Field>]: ToApi<Type[Field]> }
      : Type;

/** Fields that tell parts of an object apart, or are the point of it: every server sends them. */
type Telling = 'name' | 'type' | 'status' | 'exitCode' | 'address' | 'key' | 'effect' | 'path';

/** An object as the API gives it. Servers of other versions may leave out what the library's type requires. */
export type FromApi<Type> = Type extends Date
  ? string
  : Type extends readonly (infer Item)[]
    ? readonly FromApi<Item>[]
    : Type extends object
      ? string extends keyof Type
        ? { readonly [Name in keyof Type]: FromApi<Type[Name]> }
        : {
            readonly [Field in keyof Type as Extract<Field, Telling>]: FromApi<Type[Field]>;
          } & {
            readonly [Field in keyof Type as JsonName<Exclude<Field, Telling>>]?: FromApi<
              Exclude<Type[Field], undefined>
            >;
          }
      : Type;

/** The metadata of an object that exists: it has a name. */
export type KubeMetadata = FromApi<V1ObjectMeta> & { readonly name: string };

/** An object of one kind that exists: `ApiObject<V1Pod>`. */
export type ApiObject<Type> = FromApi<Omit<Type, 'metadata'>> & { readonly metadata: KubeMetadata };

export type KubeListMetadata = FromApi<V1ListMeta> & { readonly resourceVersion: string };
