/** The new JWT_SECRET. It lives as long as the screen of the case, and no longer. */
export class NewSecret {
  value = $state('');

  leave(): void {
    this.value = '';
  }
}
