# Draws figure-latents.svg and figure-latents.pdf from figure-latents.dat: gnuplot figure-latents.gp
set encoding utf8
set datafile missing "NaN"
set border 3 linewidth 0.8
set tics nomirror out scale 0.5
set format "%g"
set grid ytics linewidth 0.5 linecolor rgb "#dddddd"
do for [format in "svg pdf"] {
  if (format eq "svg") {
    set terminal svg noenhanced size 430,360 font "Helvetica,13" background rgb "white"
  } else {
    set terminal pdfcairo noenhanced size 4.3in,3.6in font "Helvetica,9"
  }
  set output "figure-latents.".format
  set multiplot layout 1,1
  set title ""
  set xlabel "upload ratio" . "\n " offset 0,0.6
  set ylabel "test accuracy"
  set key bmargin center horizontal Left reverse samplen 2.5
  unset logscale
  set autoscale y
  set offsets 0, 0, graph 0.05, graph 0.03
  set logscale x; set xrange [20.716145833333336:9546.0]; set xtics autofreq
  plot 0.9483 with lines dashtype 3 linewidth 1.5 linecolor rgb "#555555" title "no codec", \
    "figure-latents.dat" index 0 using 1:2:3:4 with yerrorlines linewidth 1.5 pointtype 7 pointsize 0.6 linecolor rgb "#0072B2" title "float32", \
    "figure-latents.dat" index 0 using 1:4:5 with labels offset 0,0.6 font ",9" textcolor rgb "#333333" notitle, \
    "figure-latents.dat" index 1 using 1:2:3:4 with yerrorlines linewidth 1.5 pointtype 5 pointsize 0.6 linecolor rgb "#D55E00" title "8 bits per float", \
    "figure-latents.dat" index 2 using 1:2:3:4 with yerrorlines linewidth 1.5 pointtype 9 pointsize 0.6 linecolor rgb "#009E73" title "4 bits per float"
  unset multiplot
}
unset output
