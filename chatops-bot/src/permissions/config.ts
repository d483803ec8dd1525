import { z } from 'zod';

const deed = z.enum(['query', 'ack', 'silence', 'remediate', 'subscribe']);

const roleSchema = z.strictObject({
  may: z
    .array(deed)
    .describe('What people with this role may do: query, ack, silence, remediate, subscribe.'),
  data: z
    .array(
      z
        .string()
        .regex(
          /^[a-zA-Z_]\w*\s*(=|!=|=~|!~)\s*"(?:[^"\\\n]|\\.)*"$/,
          'expected a matcher, for example team="shop"',
        ),
    )
    .default([])
    .describe('Matchers that everything they ask about gets, for example `team="shop"`. Empty: all data.'),
});

const personSchema = z.strictObject({
  email: z.string().default('').describe('As Slack or Teams vouches for it.'),
  slack: z.string().default('').describe('Slack member id, where e-mail addresses are hidden from the bot.'),
  teams: z.string().default('').describe('Entra object id.'),
  user: z.string().default('').describe('The user of `alert.users` that this is.'),
  role: z.string().describe('One of `roles`.'),
});

export const permissionsConfigSchema = z
  .strictObject({
    roles: z
      .record(z.string(), roleSchema)
      .default({
        viewer: { may: ['query'], data: [] },
        responder: { may: ['query', 'ack', 'silence', 'subscribe'], data: [] },
        operator: { may: ['query', 'ack', 'silence', 'subscribe', 'remediate'], data: [] },
      })
      .describe('What each role may do.'),
    default_role: z
      .string()
      .default('responder')
      .describe('Of people that are not in `people`. Empty: they may do nothing.'),
    email_domains: z
      .array(z.string())
      .default([])
      .describe(
        'Only people with an address in one of these get the default role. Empty: everybody who can reach the bot.',
      ),
    people: z
      .array(personSchema)
      .default([])
      .describe('Who has another role, or another name with the service.'),
  })
  .superRefine(({ roles, default_role, people }, context) => {
    const check = (role: string, path: (string | number)[]): void => {
      if (!Object.hasOwn(roles, role)) {
        context.addIssue({
          code: 'custom',
          path,
          message: `there is no role ${role}: roles has ${Object.keys(roles).join(', ')}`,
        });
      }
    };
    if (default_role !== '') check(default_role, ['default_role']);
    for (const [index, { role }] of people.entries()) check(role, ['people', index, 'role']);
  });

export type PermissionsConfig = z.output<typeof permissionsConfigSchema>;
