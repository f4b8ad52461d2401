/*
 * What backends add to types of the engine. Each backend declares its own fields by declaration merging:
 *
 *     declare module '@symphony-run/symphony' {
 *       interface BackendSections { readonly grid?: GridSection }
 *     }
 */

/** The sections of a spec that belong to one backend each, by the section's name. */
// biome-ignore lint/suspicious/noEmptyInterface: backends add their sections.
export interface BackendSections {}

/** The options that `Cluster.new` takes for a backend, by the backend's name. */
// biome-ignore lint/suspicious/noEmptyInterface: backends add their options.
export interface BackendOptions {}

/** What only some backends know about a process, by the field's name in a status and in `-o json`. */
// biome-ignore lint/suspicious/noEmptyInterface: backends add their facts.
export interface ProcessFacts {}

/** The values of the settings that belong to one backend each, by the setting's name. */
// biome-ignore lint/suspicious/noEmptyInterface: backends add their settings.
export interface BackendSettings {}
