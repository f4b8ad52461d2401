declare const __SYMPHONY_VERSION__: string | undefined;
declare const __SYMPHONY_BUILD__: number | undefined;

/** Symphony's version. The build puts it in; sources that are run as they are have none. */
export const version: string = typeof __SYMPHONY_VERSION__ === 'string' ? __SYMPHONY_VERSION__ : '0.0.0-source';

/** When this program was built, in milliseconds since 1970; 0 when it is run from its sources. */
export const buildTime: number = typeof __SYMPHONY_BUILD__ === 'number' ? __SYMPHONY_BUILD__ : 0;
