declare const __SYMPHONY_VERSION__: string | undefined;
declare const __SYMPHONY_BUILD__: number | undefined;

/** Symphony's version. The build inserts it; unbuilt sources have none. */
export const version: string = typeof __SYMPHONY_VERSION__ === 'string' ? __SYMPHONY_VERSION__ : '0.0.0-source';

/** When this program was built, in milliseconds since 1970; 0 for unbuilt sources. */
export const buildTime: number = typeof __SYMPHONY_BUILD__ === 'number' ? __SYMPHONY_BUILD__ : 0;
