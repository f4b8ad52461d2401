import { expect, it } from 'vitest';
import { formatPlace } from '../../../src/commands/output/places.ts';

it('shows the place of an experiment where there are several places', () => {
  expect(formatPlace({ place: undefined }, {})).toBe('');
  expect(formatPlace({ place: 'context prod' })).toBe(' in context prod');
  expect(formatPlace({ place: 'context prod' }, { place: 'namespace a' })).toBe(' in namespace a (context prod)');
});
