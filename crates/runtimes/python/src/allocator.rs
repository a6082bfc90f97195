//! Memory that leaves no traces in the image: while the guest boots, what is freed becomes zero.

use std::alloc::{GlobalAlloc, Layout, System};
use std::sync::atomic::{AtomicBool, Ordering};

struct Allocator;

#[global_allocator]
static ALLOCATOR: Allocator = Allocator;

static BOOTED: AtomicBool = AtomicBool::new(false);

/// From here on freed memory is left as it is.
pub fn boot_is_over() {
    BOOTED.store(true, Ordering::Relaxed);
}

// SAFETY: everything is the system's allocator's; only blocks that are about to be freed are written to.
unsafe impl GlobalAlloc for Allocator {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        unsafe { System.alloc(layout) }
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        unsafe { System.alloc_zeroed(layout) }
    }

    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        unsafe {
            if !BOOTED.load(Ordering::Relaxed) {
                block.write_bytes(0, layout.size());
            }
            System.dealloc(block, layout);
        }
    }

    unsafe fn realloc(&self, block: *mut u8, layout: Layout, new_size: usize) -> *mut u8 {
        unsafe {
            if BOOTED.load(Ordering::Relaxed) {
                return System.realloc(block, layout, new_size);
            }
            // A block that moves leaves its content behind, so it is moved here.
            let Ok(new_layout) = Layout::from_size_align(new_size, layout.align()) else {
                return std::ptr::null_mut();
            };
            let moved = System.alloc(new_layout);
            if !moved.is_null() {
                moved.copy_from_nonoverlapping(block, layout.size().min(new_size));
                self.dealloc(block, layout);
            }
            moved
        }
    }
}
