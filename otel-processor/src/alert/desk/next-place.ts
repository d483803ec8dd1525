import type { AlertDocument, GroupDocument } from './docs.ts';
import { groupKeyOf, groupLabelsOf, type Route, routesOf } from './routes.ts';

export type Place = Pick<GroupDocument, 'key' | 'route' | 'receiver'>;

/**
 * Where an open group belongs under other routes. Its first alert that fires decides: the route that it had, else one that
 * groups it alike, of the same receiver if there is one. `stay`: it is where it belongs, or has been told and goes on as it
 * began; `forget`: nobody was told, and its alerts open other groups.
 */
export function placeOf(
  group: GroupDocument,
  members: readonly AlertDocument[],
  root: Route,
  isFree: (key: string) => boolean,
): Place | 'stay' | 'forget' {
  const first = members.find(({ state }) => state === 'firing');
  if (first === undefined) return 'stay';
  const places = routesOf(root, first.labels).flatMap((route) => {
    const labels = groupLabelsOf(route, first.labels);
    const key = groupKeyOf(route, labels);
    return sameLabels(labels, group.labels) && isFree(key)
      ? [{ key, route: route.id, receiver: route.receiver }]
      : [];
  });
  const place =
    places.find(({ key }) => key === group.key) ??
    places.find(({ receiver }) => receiver === group.receiver) ??
    places[0];
  if (place === undefined) return group.state === 'waiting' ? 'forget' : 'stay';
  return place.key === group.key && place.receiver === group.receiver ? 'stay' : place;
}

function sameLabels(a: GroupDocument['labels'], b: GroupDocument['labels']): boolean {
  const names = Object.keys(a);
  return names.length === Object.keys(b).length && names.every((name) => a[name] === b[name]);
}
