//! The app's icon with a dot for its state.

use desk_core::monitor::Standing;

/// A picture of `width` times `height` pixels, four bytes each.
pub(super) struct Picture {
    pub width: u32,
    pub height: u32,
    pub rgba: Vec<u8>,
}

/// The colour of the dot; none when everything is good.
fn colour(standing: Standing) -> Option<[u8; 3]> {
    match standing {
        Standing::Good => None,
        Standing::Working => Some([0x2f, 0x8f, 0xd8]),
        Standing::Attention => Some([0xe0, 0x9a, 0x1a]),
        Standing::Failed => Some([0xd6, 0x3a, 0x3a]),
    }
}

/// Draws the dot into the lower right corner, with a white edge.
pub(super) fn with_dot(mut picture: Picture, standing: Standing) -> Picture {
    let Some(colour) = colour(standing) else { return picture };
    let side = f64::from(picture.width.min(picture.height));
    let radius = side * 0.28;
    let (x, y) = (f64::from(picture.width) - radius, f64::from(picture.height) - radius);
    let pixels = picture.rgba.chunks_exact_mut(4);
    let places = (0..picture.height).flat_map(|row| (0..picture.width).map(move |column| (column, row)));
    for ((column, row), pixel) in places.zip(pixels) {
        let distance = (f64::from(column) + 0.5 - x).hypot(f64::from(row) + 0.5 - y);
        if distance <= radius {
            let [red, green, blue] = if distance > radius * 0.8 { [0xff; 3] } else { colour };
            pixel.copy_from_slice(&[red, green, blue, 0xff]);
        }
    }
    picture
}

#[cfg(test)]
mod tests {
    use super::*;

    fn drawn(standing: Standing) -> Vec<u8> {
        with_dot(Picture { width: 32, height: 32, rgba: vec![0; 32 * 32 * 4] }, standing).rgba
    }

    #[test]
    fn each_state_has_its_own_icon() {
        let states = [Standing::Good, Standing::Working, Standing::Attention, Standing::Failed];
        for (n, one) in states.iter().enumerate() {
            for other in &states[n + 1..] {
                assert_ne!(drawn(*one), drawn(*other), "{one:?} {other:?}");
            }
        }
        assert!(drawn(Standing::Good).iter().all(|byte| *byte == 0), "the plain icon");
        let failed = drawn(Standing::Failed);
        assert!(failed.chunks_exact(4).any(|pixel| pixel == [0xd6, 0x3a, 0x3a, 0xff]));
        assert_eq!(failed[..4], [0; 4], "the other corner stays");
    }
}
