/**
 * Drills: asked for, and how they ended.
 *
 * @type {import('../scenes.js').Scene[]}
 */
export const drillScenes = [
    { name: 'drill-passed', state: 'drill-passed', place: '/activity/900' },
    { name: 'drill-skipped', state: 'drill-skipped', place: '/activity/900' },
    { name: 'drill-refused', state: 'drill-refused', place: '/activity/900' },
    {
        name: 'drill-dialog',
        state: 'drill-refused',
        place: '/activity/900',
        act: (page) => page.getByTestId('drill-again').click(),
    },
];
