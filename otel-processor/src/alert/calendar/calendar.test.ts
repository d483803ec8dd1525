import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { nextChange, onCallAt, type Schedule } from './schedule.ts';
import { isWithin, readTimeInterval, type TimeInterval, type TimeIntervalText } from './time-interval.ts';
import { localTime, momentOf, parseDay } from './zone.ts';

const any: TimeIntervalText = {
  times: [],
  weekdays: [],
  days_of_month: [],
  months: [],
  years: [],
  location: 'UTC',
};

function interval(text: Partial<TimeIntervalText>): TimeInterval {
  const read = readTimeInterval({ ...any, ...text });
  if (typeof read === 'string') throw new Error(read);
  return read;
}

describe('time zones', () => {
  test('the local time of a moment is what clocks show', () => {
    const time = localTime(Date.UTC(2026, 6, 1, 22, 30), 'Asia/Kolkata');
    expect(time).toMatchObject({ year: 2026, month: 7, day: 2, weekday: 4, minuteOfDay: 4 * 60 });
  });

  test("moments and local times are each other's inverse, but in the hours of clock changes", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 40_000 }),
        fc.integer({ min: 4 * 60, max: 1439 }),
        fc.constantFrom('Europe/Berlin', 'America/New_York', 'Asia/Kolkata', 'Australia/Lord_Howe', 'UTC'),
        (dayNumber, minuteOfDay, zone) => {
          const local = localTime(momentOf(dayNumber, minuteOfDay, zone), zone);
          expect([local.dayNumber, local.minuteOfDay]).toEqual([dayNumber, minuteOfDay]);
        },
      ),
    );
  });

  test('a time that clocks leave out is as much later as they went forward', () => {
    // Berlin, 2026-03-29: 02:30 does not exist.
    const moment = momentOf(parseDay('2026-03-29')!, 150, 'Europe/Berlin');
    expect(new Date(moment).toISOString()).toBe('2026-03-29T01:30:00.000Z');
  });
});

describe('time intervals', () => {
  test('a range past midnight belongs to the day on which it starts', () => {
    const night = interval({ times: [{ start_time: '22:00', end_time: '06:00' }], weekdays: ['friday'] });
    const at = (day: number, hour: number): boolean => isWithin(night, Date.UTC(2026, 0, day, hour));
    // 2026-01-09 is a Friday.
    expect([at(9, 5), at(9, 21), at(9, 22), at(10, 5), at(10, 6), at(10, 22)]).toEqual([
      false,
      false,
      true,
      true,
      false,
      false,
    ]);
  });

  test("days count from the month's end, and ranges of weekdays go over the week's end", () => {
    const last = interval({ days_of_month: ['-1'] });
    expect(isWithin(last, Date.UTC(2028, 1, 29, 12))).toBe(true);
    expect(isWithin(last, Date.UTC(2028, 1, 28, 12))).toBe(false);
    const weekend = interval({ weekdays: ['saturday:monday'] });
    const days = [0, 1, 2, 3, 4, 5, 6].map((i) => isWithin(weekend, Date.UTC(2026, 0, 4 + i)));
    expect(days).toEqual([true, true, false, false, false, false, true]);
  });

  test("hours follow the zone's clocks through the year", () => {
    const office = interval({
      times: [{ start_time: '09:00', end_time: '17:00' }],
      location: 'Europe/Berlin',
    });
    expect(isWithin(office, Date.UTC(2026, 0, 15, 8, 30))).toBe(true);
    expect(isWithin(office, Date.UTC(2026, 6, 15, 7, 30))).toBe(true);
    expect(isWithin(office, Date.UTC(2026, 0, 15, 7, 30))).toBe(false);
  });

  test.each([
    [{ times: [{ start_time: '24:00', end_time: '06:00' }] }, 'expected times'],
    [{ weekdays: ['fryday'] }, 'monday'],
    [{ days_of_month: ['5:1'] }, 'range'],
    [{ months: ['13'] }, 'february'],
  ] as [Partial<TimeIntervalText>, string][])('%j is refused', (text, message) => {
    expect(readTimeInterval({ ...any, ...text })).toContain(message);
  });
});

describe('schedules', () => {
  const weekly: Schedule = {
    name: 'web',
    timeZone: 'Europe/Berlin',
    layers: [
      {
        users: ['lena', 'omar', 'ines'],
        turnMinutes: 7 * 1440,
        startDay: parseDay('2026-01-05')!,
        startMinute: 9 * 60,
        during: [],
      },
    ],
    overrides: [],
  };
  const who = (schedule: Schedule, iso: string): string => onCallAt(schedule, Date.parse(iso)).users.join();

  test('turns change at the same local hour all year', () => {
    expect(who(weekly, '2026-01-05T07:59:00Z')).toBe('');
    expect(who(weekly, '2026-01-05T08:00:00Z')).toBe('lena');
    expect(who(weekly, '2026-01-12T07:59:00Z')).toBe('lena');
    expect(who(weekly, '2026-01-12T08:00:00Z')).toBe('omar');
    // Summer time: 09:00 in Berlin is 07:00 UTC. 2026-06-08 is 22 weeks after the start.
    expect(who(weekly, '2026-06-08T06:59:00Z')).toBe('lena');
    expect(who(weekly, '2026-06-08T07:00:00Z')).toBe('omar');
  });

  test('an override wins, and a later layer goes over an earlier one where it counts', () => {
    const overrides = [
      { users: ['ines'], fromMs: Date.parse('2026-01-06T00:00Z'), toMs: Date.parse('2026-01-07T00:00Z') },
    ];
    expect(who({ ...weekly, overrides }, '2026-01-06T12:00:00Z')).toBe('ines');
    expect(who({ ...weekly, overrides }, '2026-01-07T00:00:00Z')).toBe('lena');
    const night = interval({
      times: [{ start_time: '20:00', end_time: '08:00' }],
      location: 'Europe/Berlin',
    });
    const nights = { ...weekly.layers[0], users: ['noor'], during: [night] };
    const layered = { ...weekly, layers: [...weekly.layers, nights] };
    expect([who(layered, '2026-01-06T23:00:00Z'), who(layered, '2026-01-06T12:00:00Z')]).toEqual([
      'noor',
      'lena',
    ]);
  });

  test('the next change is found to the minute', () => {
    const change = nextChange(weekly, Date.parse('2026-01-06T12:34:56Z'), 30 * 86_400_000);
    expect(new Date(change!.atMs).toISOString()).toBe('2026-01-12T08:00:00.000Z');
    expect(change!.users).toEqual(['omar']);
    expect(nextChange({ ...weekly, layers: [] }, 0, 86_400_000)).toBeUndefined();
  });

  test('somebody is on call at every moment after the start, each as long as the others', () => {
    const counts = new Map<string, number>();
    const fromMs = Date.parse('2026-01-05T08:00:00Z');
    for (let hour = 0; hour < 21 * 24; hour++) {
      const [user] = onCallAt(weekly, fromMs + hour * 3_600_000).users;
      counts.set(user, (counts.get(user) ?? 0) + 1);
    }
    expect([...counts.values()]).toEqual([168, 168, 168]);
  });
});
