export { BOT_ID, type TeamsMessage, type TeamsUser } from './conversations.ts';
export { FakeTeams, type FakeTeamsOptions, type TeamsCall, type TeamsMatch } from './fake-teams.ts';
