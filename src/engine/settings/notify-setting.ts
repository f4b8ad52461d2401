import { type NotifySettings, noticeKinds } from '../contract/notices.ts';
import type { SettingDefinition } from './setting-definition.ts';

const commandSchema = {
  anyOf: [
    { type: 'string', pattern: '\\S' },
    { type: 'array', items: { type: 'string' }, minItems: 1 },
  ],
} as const;

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

/** The value with no more of the webhook's address than its host: the rest may be a secret. */
function hideWebhook(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return '<hidden>';
  if (!('webhook' in value)) return value;
  const { webhook } = value;
  const isAddress = typeof webhook === 'string' && URL.canParse(webhook);
  return { ...value, webhook: isAddress ? `${new URL(webhook).protocol}//${new URL(webhook).host}/…` : '<hidden>' };
}
