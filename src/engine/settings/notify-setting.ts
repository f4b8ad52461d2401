import { type NotifySettings, noticeKinds } from '../contract/notices.ts';
import type { SettingDefinition } from './setting-definition.ts';

const commandSchema = {
  anyOf: [
    { type: 'string', pattern: '\\S' },
    { type: 'array', items: { type: 'string' }, minItems: 1 },
  ],
} as const;

const hidden = '<hidden>';

/** Who is told about the ends of experiments. */
export const notifySetting = {
  schema: {
    type: 'object',
    properties: {
      command: commandSchema,
      webhook: { type: 'string', pattern: '^https?://\\S+$' },
      desktop: { type: 'boolean' },
      on: { type: 'array', items: { type: 'string', enum: noticeKinds } },
    },
    additionalProperties: false,
  },
  default: {} satisfies NotifySettings,
  description: 'Who is told when something fails, is over or is blocked',
  expects:
    'an object with command, webhook (an http or https address), desktop (true) and on (failed, done, blocked), such as {"webhook": "https://example.org/hook"}',
  shown: hideWebhook,
} as const satisfies SettingDefinition;

/** The value with no more of the webhook's address than its host, and without what may be a misplaced address. */
function hideWebhook(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return hidden;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => {
      if (key === 'webhook') return [key, hostOf(item)];
      return [key, Object.hasOwn(notifySetting.schema.properties, key) ? item : hidden];
    }),
  );
}

function hostOf(address: unknown): string {
  if (typeof address !== 'string' || !URL.canParse(address)) return hidden;
  const { protocol, host } = new URL(address);
  return `${protocol}//${host}/…`;
}
