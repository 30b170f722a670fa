/**
 * Exports: asked for, ended, and not finished.
 *
 * @type {import('../scenes.js').Scene[]}
 */
export const exportScenes = [
    {
        name: 'export-dialog',
        state: 'healthy',
        place: '/overview',
        act: (page) => page.getByTestId('export-open').click(),
    },
    {
        name: 'export-dialog-encrypted',
        state: 'healthy',
        place: '/overview',
        act: async (page) => {
            await page.getByTestId('export-open').click();
            await page.getByTestId('export-encrypt').click();
        },
    },
    { name: 'export-complete', state: 'export-complete', place: '/activity/900' },
    { name: 'export-missing', state: 'export-missing', place: '/activity/900' },
    { name: 'export-too-large', state: 'export-too-large', place: '/activity/900' },
    { name: 'export-unfinished', state: 'export-unfinished', place: '/overview' },
];
